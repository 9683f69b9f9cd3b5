package dev.braid.bench.report;

import java.util.List;
import java.util.stream.IntStream;

/** A table of a page: the first column is text, others may be, but most hold figures. */
record Grid(List<String> heads, List<List<String>> rows) {
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    String html() {
        StringBuilder html = new StringBuilder("<table>\n<thead>").append(htmlRow("th", heads));
        html.append("</thead>\n<tbody>\n");
        rows.forEach(row -> html.append(htmlRow("td", row)).append('\n'));
        return html.append("</tbody>\n</table>\n").toString();
    }

    private static String htmlRow(String tag, List<String> cells) {
        StringBuilder row = new StringBuilder("<tr>");
        cells.forEach(cell -> row.append("<" + tag + ">").append(escape(cell)).append("</" + tag + ">"));
        return row.append("</tr>").toString();
    }

    String markdown() {
        List<String> aligned = IntStream.range(0, heads.size())
                .mapToObj(column -> isText(column) ? "---" : "---:")
                .toList();
        StringBuilder markdown = new StringBuilder(markdownRow(heads)).append(markdownRow(aligned));
        rows.forEach(row -> markdown.append(markdownRow(row)));
        return markdown.toString();
    }

    private boolean isText(int column) {
        return column == 0
                || rows.stream().anyMatch(row -> row.get(column).chars().anyMatch(Character::isLetter));
    }

    private static String markdownRow(List<String> cells) {
        return "| "
                + String.join(
                        " | ",
                        cells.stream().map(cell -> cell.replace("|", "\\|")).toList()) + " |\n";
    }
}
