package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The page, and the same tables in Markdown. */
final class ReportPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --paper: #ffffff; --text: #24292f; --faint: #57606a; --line: #d8dee4; --tint: #eef5ff;
                --held: #1a7f37; --missed: #b3261e; --open: #7a5b00; --warn: #fff6d6; }
            @media (prefers-color-scheme: dark) { :root { --paper: #12161c; --text: #e6edf3; --faint: #9aa4af; --line: #333b45;
                --tint: #16263c; --held: #6fd388; --missed: #ff8f86; --open: #e0bd45; --warn: #2e2810; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--paper); max-width: 1000px;
                margin: 1.5em auto; padding: 0 1em; }
            h1 { margin-bottom: 0; } h2 { margin-top: 2.4em; border-bottom: 1px solid var(--line); padding-bottom: .2em; }
            a { color: inherit; } p { max-width: 46em; }
            .wide { overflow-x: auto; margin: 1em 0; }
            table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
            th, td { padding: .25em .7em; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
            th { border-bottom-width: 2px; font-weight: 600; }
            th.text, td.text { text-align: left; }
            th:first-child, td:first-child { position: sticky; left: 0; background: var(--paper); }
            td.long { white-space: normal; min-width: 20em; max-width: 30em; }
            tr.braid td { background: var(--tint); font-weight: 600; } tr.braid td.long { font-weight: 400; }
            .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 1em; }
            figure { margin: 0; max-width: 640px; } figure svg { width: 100%; height: auto; border: 1px solid var(--line); }
            figcaption, .small, .none { color: var(--faint); font-size: 13px; } .small { overflow-wrap: anywhere; }
            .warning { background: var(--warn); border-left: 4px solid var(--open); padding: .6em 1em; }
            .wide table { width: max-content; max-width: none; }
            .stack td, .stack th { white-space: normal; vertical-align: top; text-align: left; position: static; }
            .mark { white-space: nowrap; font-weight: 600; } .mark.held { color: var(--held); } .mark.missed { color: var(--missed); }
            .mark.not-judged { color: var(--open); }
            .mark.held::before { content: "\\2713\\00a0"; } .mark.missed::before { content: "\\2717\\00a0"; }
            .mark.not-judged::before { content: "?\\00a0"; }
            @media (max-width: 600px) { .stack thead { display: none; } .stack td { display: block; border: 0; padding: 0; }
                .stack tr { display: block; border-bottom: 1px solid var(--line); padding: .5em 0; } th, td { padding: .25em .5em; }
                .wide td:first-child, .wide th:first-child { max-width: 42vw; white-space: normal; } }
            """ + Drawing.STYLE;
    private static final String LEGEND =
            "Not judged: the machine was busy, or the run too short, and a miss would tell of that. Ratios are of medians; min and "
                    + "max are the least and the most of any round in which both took turns; where there was one round only, there "
                    + "are none. Every run's host is named below its figures.";
    private static final List<Column> RATIOS = List.of(
            Column.text("ratio", "/name"),
            Column.number("median", "/median", 2),
            Column.number("min", "/min", 2),
            Column.number("max", "/max", 2));

    private static final Column RATE = Column.rate("", "/recordsPerSecond");

    private final List<Part> parts;

    /** What the page has of a benchmark. */
    record Part(Section section, ResultData data, List<ReportChart> charts) {
        /** A table for each part of the benchmark. */
        private List<Grid> results() {
            Map<String, List<JsonNode>> parts = new LinkedHashMap<>();
            data.rows().forEach(row -> parts.computeIfAbsent(row.path("part").asText(), key -> new ArrayList<>())
                    .add(row));
            return parts.values().stream()
                    .map(rows -> withVerdicts(Column.grid(section.columns(), rows), rows))
                    .toList();
        }

        private Grid withVerdicts(Grid grid, List<JsonNode> rows) {
            List<String> cases =
                    rows.stream().map(row -> row.path("case").asText()).toList();
            return grid.with("verdict", name -> Verdicts.of(data, cases, name));
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
                                    RATE.median().cell(row),
                                    RATE.cell(row),
                                    braidIs(row.get("case").asText()),
                                    row.get("description").asText()));
                }
            }
            return new Grid(
                    List.of("case", "records", "min … max", "Braid is", "what it is, and what it does less"),
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

    String html() {
        StringBuilder html = new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Braid benchmarks</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>Braid benchmarks</h1>\n");
        if (parts.stream().anyMatch(part -> part.data().isSmokeTest())) {
            html.append(paragraph(
                    "warning",
                    "A smoke test: so short that the figures say little. Run without --quick for figures to rely on."));
        }
        summary(html);
        html.append(paragraph("small", LEGEND));
        for (Part part : parts) {
            append(html, part);
        }
        return html.append("</body>\n</html>\n").toString();
    }

    /** Of everything at a glance, and where it is on the page. */
    private void summary(StringBuilder html) {
        html.append(
                "<div class=\"stack\">\n<table class=\"summary\">\n<thead><tr><th>benchmark</th><th>verdicts</th><th>Braid</th></tr></thead>\n<tbody>\n");
        for (Part part : parts) {
            html.append("<tr><td><a href=\"#" + Grid.escape(part.section().bench()) + "\">"
                    + Grid.escape(part.section().title()) + "</a></td><td>" + Verdicts.marks(part.data()) + "</td><td>"
                    + Grid.escape(Headline.of(part.data())) + "</td></tr>\n");
        }
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private void append(StringBuilder html, Part part) {
        html.append("<h2 id=\"" + Grid.escape(part.section().bench()) + "\">"
                + Grid.escape(part.section().title()) + "</h2>\n");
        html.append(paragraph("warning", part.data().incompleteness()));
        if (!part.data().verdicts().isEmpty()) {
            html.append("<p>" + Verdicts.marks(part.data()) + "</p>\n");
            table(html, "stack", Verdicts.open(part.data()));
        }
        html.append(paragraph("", part.section().introduction()));
        html.append("<div class=\"charts\">\n");
        for (ReportChart chart : part.charts()) {
            html.append("<figure>\n" + chart.element() + "\n<figcaption>" + Grid.escape(chart.caption())
                    + "</figcaption>\n</figure>\n");
        }
        html.append("</div>\n");
        table(html, "wide", part.candidates());
        table(html, "wide", part.ratios());
        part.results().forEach(grid -> table(html, "wide", grid));
        html.append(paragraph("small", sharedCores(part.data())));
        html.append(paragraph(
                "small",
                "Measured " + part.data().startedAt() + " on " + part.data().hostLine() + "."));
        html.append(paragraph("small", "JVM flags: " + part.data().jvmFlags()));
    }

    private static void table(StringBuilder html, String styleClass, Grid grid) {
        if (!grid.rows().isEmpty()) {
            html.append("<div class=\"" + styleClass + "\">\n" + grid.html() + "</div>\n");
        }
    }

    private static String paragraph(String styleClass, String text) {
        return text.isEmpty() ? "" : "<p class=\"" + styleClass + "\">" + Grid.escape(text) + "</p>\n";
    }

    String markdown() {
        StringBuilder markdown = new StringBuilder("# Braid benchmarks\n");
        append(
                markdown,
                new Grid(
                        List.of("benchmark", "verdicts", "Braid"),
                        parts.stream()
                                .map(part -> List.of(
                                        part.section().title(), Verdicts.count(part.data()), Headline.of(part.data())))
                                .toList()));
        for (Part part : parts) {
            markdown.append(
                    "\n## " + part.section().title() + (part.data().isSmokeTest() ? ", a smoke test" : "") + "\n\n");
            markdown.append("On " + part.data().hostLine() + ".\n");
            if (!part.data().isComplete()) {
                markdown.append("\n" + part.data().incompleteness() + "\n");
            }
            append(markdown, Verdicts.open(part.data()));
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
}
