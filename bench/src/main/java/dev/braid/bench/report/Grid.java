package dev.braid.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A table of a page: the first column is text, others may be, but most hold figures. What is Braid's is marked. */
record Grid(List<String> heads, List<List<String>> rows) {
    private static final int LONG = 40;

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** With one more column, behind the first; without it where it would be empty. */
    Grid with(String head, Function<String, String> cell) {
        if (rows.stream().allMatch(row -> cell.apply(row.get(0)).isEmpty())) {
            return this;
        }
        return new Grid(
                inserted(heads, head),
                rows.stream().map(row -> inserted(row, cell.apply(row.get(0)))).toList());
    }

    private static List<String> inserted(List<String> cells, String cell) {
        List<String> more = new ArrayList<>(cells);
        more.add(1, cell);
        return more;
    }

    String html() {
        StringBuilder html = new StringBuilder("<table>\n<thead>").append(htmlRow("<tr>", "th", heads));
        html.append("</thead>\n<tbody>\n");
        rows.forEach(
                row -> html.append(htmlRow(Marking.isBraid(row.get(0)) ? "<tr class=\"braid\">" : "<tr>", "td", row))
                        .append('\n'));
        return html.append("</tbody>\n</table>\n").toString();
    }

    private String htmlRow(String begin, String tag, List<String> cells) {
        StringBuilder row = new StringBuilder(begin);
        for (int column = 0; column < cells.size(); column++) {
            row.append("<" + tag
                            + (isText(column) ? isLong(column) ? " class=\"text long\">" : " class=\"text\">" : ">"))
                    .append(escape(cells.get(column)))
                    .append("</" + tag + ">");
        }
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

    /** Figures begin with a digit. */
    private boolean isText(int column) {
        return column == 0
                || rows.stream()
                        .anyMatch(row ->
                                !row.get(column).isEmpty() && !row.get(column).matches("[-<]? ?\\d.*"));
    }

    /** Sentences may have several lines; names and figures never. */
    private boolean isLong(int column) {
        return column > 0 && rows.stream().anyMatch(row -> row.get(column).length() > LONG);
    }

    private static String markdownRow(List<String> cells) {
        List<String> escaped = new ArrayList<>(
                cells.stream().map(cell -> cell.replace("|", "\\|")).toList());
        if (Marking.isBraid(escaped.get(0))) {
            escaped.set(0, "**" + escaped.get(0) + "**");
        }
        return "| " + String.join(" | ", escaped) + " |\n";
    }
}
