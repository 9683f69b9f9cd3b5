package dev.braid.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Turns result files into a page that needs nothing else, images of its charts, and tables for the README: {@value #PAGE},
 * {@value #TABLES}, and an SVG file for each chart.
 */
public final class Report {
    /** The page. */
    public static final String PAGE = "report.html";

    /** The tables, in Markdown. */
    public static final String TABLES = "tables.md";

    private static final String RESULTS = ".json";

    private Report() {}

    /** Where a benchmark's results have to be for its report. */
    public static Path results(Path folder, String bench) {
        return folder.resolve(bench + RESULTS);
    }

    /**
     * Makes the report of all results in a folder, in that folder.
     *
     * @throws IOException if there are none, they cannot be read, or the report cannot be written.
     */
    public static void write(Path folder) throws IOException {
        Map<String, ResultData> data = read(folder);
        if (data.isEmpty()) {
            throw new IOException("no results in " + folder + ": a report is made of files like throughput" + RESULTS);
        }
        List<ReportPage.Part> parts = new ArrayList<>();
        for (ResultData each : data.values()) {
            Section section = Section.of(each);
            List<ReportChart> charts = section.charts().apply(data).stream()
                    .map(chart -> chart.named(each))
                    .toList();
            for (ReportChart chart : charts) {
                chart.writeImage(folder);
            }
            parts.add(new ReportPage.Part(section, each, charts));
        }
        ReportPage page = new ReportPage(parts);
        Files.writeString(folder.resolve(PAGE), page.html());
        Files.writeString(folder.resolve(TABLES), page.markdown());
    }

    /** In the order of the page. */
    private static Map<String, ResultData> read(Path folder) throws IOException {
        Map<String, ResultData> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(RESULTS))
                    .sorted()
                    .toList()) {
                ResultData.read(file).forEach(each -> found.put(each.bench(), each));
            }
        }
        Map<String, ResultData> ordered = new LinkedHashMap<>();
        Section.ALL.stream()
                .map(Section::bench)
                .filter(found::containsKey)
                .forEach(bench -> ordered.put(bench, found.get(bench)));
        found.forEach(ordered::putIfAbsent);
        return ordered;
    }
}
