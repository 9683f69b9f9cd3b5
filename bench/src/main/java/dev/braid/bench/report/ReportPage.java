package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The page, and the same tables in Markdown. */
final class ReportPage {
    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; color: #24292f; max-width: 980px; margin: 2em auto; padding: 0 1em; }
            h1 { margin-bottom: 0; } h2 { margin-top: 2.2em; border-bottom: 1px solid #d0d7de; padding-bottom: .2em; }
            table { border-collapse: collapse; margin: 1em 0; font-size: 13px; font-variant-numeric: tabular-nums; }
            .wide { overflow-x: auto; }
            th, td { padding: .25em .7em; border-bottom: 1px solid #e2e6ea; text-align: right; vertical-align: top; }
            th { border-bottom: 2px solid #d0d7de; font-weight: 600; }
            th:first-child, td:first-child, .text td, .text th { text-align: left; }
            td:first-child { white-space: nowrap; }
            figure { margin: 1.5em 0; } figure svg { width: 100%; height: auto; border: 1px solid #e2e6ea; }
            figcaption { color: #57606a; font-size: 13px; }
            .warning { background: #fff3cd; border: 1px solid #e0b400; padding: .6em 1em; }
            .small { color: #57606a; font-size: 13px; overflow-wrap: anywhere; }
            """;
    private static final List<Column> RATIOS = List.of(
            Column.text("ratio", "/name"),
            new Column("median", "/median", 1, 2),
            new Column("min", "/min", 1, 2),
            new Column("max", "/max", 1, 2));

    private static final Column RATE = new Column("", "/recordsPerSecond/median", 1e-6, 1);
    private static final Column LEAST_RATE = new Column("", "/recordsPerSecond/min", 1e-6, 1);
    private static final Column MOST_RATE = new Column("", "/recordsPerSecond/max", 1e-6, 1);

    private final List<Part> parts;

    /** What the page has of a benchmark. */
    record Part(Section section, ResultData data, List<ReportChart> charts) {
        /** A table for each part of the benchmark. */
        private List<Grid> results() {
            Map<String, List<JsonNode>> parts = new LinkedHashMap<>();
            data.rows().forEach(row -> parts.computeIfAbsent(row.path("part").asText(), key -> new ArrayList<>())
                    .add(row));
            return parts.values().stream()
                    .map(rows -> Column.grid(section.columns(), rows))
                    .toList();
        }

        private Grid ratios() {
            return Column.grid(RATIOS, data.ratios());
        }

        /** The candidates side by side, if there are several, each with the first of its cases: what the README has. */
        private Grid candidates() {
            Map<String, List<String>> rows = new LinkedHashMap<>();
            for (JsonNode row : data.rows()) {
                if (row.has("candidate") && row.has("description")) {
                    rows.putIfAbsent(
                            row.get("candidate").asText(),
                            List.of(
                                    row.get("case").asText(),
                                    RATE.cell(row),
                                    LEAST_RATE.cell(row) + " … " + MOST_RATE.cell(row),
                                    braidIs(row.get("case").asText()),
                                    row.get("description").asText()));
                }
            }
            return new Grid(
                    List.of("case", "M records/s", "min … max", "Braid is", "what it is, and what it does less"),
                    rows.size() < 2 ? List.of() : new ArrayList<>(rows.values()));
        }

        /** How many times as fast as a case. */
        private String braidIs(String name) {
            return data.ratios().stream()
                    .filter(ratio -> ratio.path("name").asText().matches("braid-8(-journal)?/" + Pattern.quote(name)))
                    .map(ratio -> RATIOS.get(1).cell(ratio) + " ×")
                    .findFirst()
                    .orElse("");
        }
    }

    ReportPage(List<Part> parts) {
        this.parts = parts;
    }

    String html() throws IOException {
        StringBuilder html = new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Braid benchmarks</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>Braid benchmarks</h1>\n")
                .append(paragraph("small", subtitle()));
        if (parts.stream().anyMatch(part -> part.data().isSmokeTest())) {
            html.append(paragraph(
                    "warning",
                    "A smoke test: so short that the figures say little. Run without --quick for figures to rely on."));
        }
        for (Part part : parts) {
            append(html, part);
        }
        return html.append("</body>\n</html>\n").toString();
    }

    private void append(StringBuilder html, Part part) throws IOException {
        html.append("<h2 id=\"" + Grid.escape(part.section().bench()) + "\">"
                + Grid.escape(part.section().title()) + "</h2>\n");
        html.append(paragraph("warning", part.data().incompleteness()));
        html.append(paragraph("", part.section().introduction()));
        for (ReportChart chart : part.charts()) {
            html.append("<figure>\n" + chart.svgElement() + "\n<figcaption>" + Grid.escape(chart.caption())
                    + "</figcaption>\n</figure>\n");
        }
        append(html, "text", part.candidates());
        append(html, "wide", part.ratios());
        part.results().forEach(grid -> append(html, "wide", grid));
        html.append(paragraph("small", sharedCores(part.data())));
        html.append(paragraph(
                "small",
                "Measured " + part.data().startedAt() + " on " + part.data().hostLine() + "."));
        html.append(paragraph("small", "JVM flags: " + part.data().jvmFlags()));
    }

    private static void append(StringBuilder html, String styleClass, Grid grid) {
        if (!grid.rows().isEmpty()) {
            html.append("<div class=\"" + styleClass + "\">\n" + grid.html() + "</div>\n");
        }
    }

    private static String paragraph(String styleClass, String text) {
        return text.isEmpty() ? "" : "<p class=\"" + styleClass + "\">" + Grid.escape(text) + "</p>\n";
    }

    String markdown() {
        StringBuilder markdown = new StringBuilder("# Braid benchmarks\n");
        for (Part part : parts) {
            markdown.append(
                    "\n## " + part.section().title() + (part.data().isSmokeTest() ? ", a smoke test" : "") + "\n\n");
            markdown.append("On " + part.data().hostLine() + ".\n");
            if (!part.data().isComplete()) {
                markdown.append("\n" + part.data().incompleteness() + "\n");
            }
            append(markdown, part.candidates());
            append(markdown, part.ratios());
            part.results().forEach(grid -> append(markdown, grid));
        }
        return markdown.toString();
    }

    private static void append(StringBuilder markdown, Grid grid) {
        if (!grid.rows().isEmpty()) {
            markdown.append("\n" + grid.markdown());
        }
    }

    /** Says which cases had less than a core for each of their busy threads. */
    private static String sharedCores(ResultData data) {
        int cores = data.host().path("cores").asInt();
        List<String> cases = data.rows().stream()
                .filter(row ->
                        row.path("threads").isInt() && row.path("threads").asInt() > cores)
                .map(row -> row.path("case").asText())
                .toList();
        return cases.isEmpty()
                ? ""
                : "More busy threads than the " + cores + " cores, so that they took turns: " + String.join(", ", cases)
                        + ". Where there is a core for each, they may be faster.";
    }

    private String subtitle() {
        return "Ratios are of medians; min and max are the least and the most of any round in which both took turns; "
                + "where there was one round only, there are none. "
                + "Every run's host is named below its figures.";
    }
}
