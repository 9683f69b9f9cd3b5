package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.HorizontalBarChart;

/** Bars of journals, appended to and read. */
final class JournalCharts {
    private static final String MEDIAN = "/recordsPerSecond/median";
    private static final double MILLION = 1e6;

    private JournalCharts() {}

    static List<ReportChart> of(ResultData journal) {
        List<ReportChart> charts = new ArrayList<>();
        bars(journal, "append", "Records appended per second", "journal-append", charts);
        bars(journal, "read", "Records read per second", "journal-read", charts);
        return charts;
    }

    private static void bars(ResultData journal, String part, String title, String file, List<ReportChart> charts) {
        List<JsonNode> rows = journal.rows().stream()
                .filter(row -> row.path("part").asText().equals(part))
                .sorted(Comparator.comparingDouble(row -> -row.at(MEDIAN).asDouble()))
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        HorizontalBarChart chart = ChartLook.bars(title, "million records per second", rows.size());
        List<Double> millions = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode row : rows) {
            double rate = row.at(MEDIAN).asDouble() / MILLION;
            millions.add(rate);
            names.add(row.path("case").asText() + String.format(Locale.ROOT, "  %5.1f", rate));
        }
        chart.addSeries("median", millions, names);
        charts.add(new ReportChart(file, "Medians, of records with 64 bytes each, 256 at a time.", chart));
    }
}
