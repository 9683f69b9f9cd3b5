package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.knowm.xchart.HorizontalBarChart;

/** Bars of records per second, the fastest case first. */
final class RateBars {
    private static final String MEDIAN = "/recordsPerSecond/median";
    private static final double MILLION = 1e6;
    /** As wide as a digit, so that figures are below each other. */
    private static final char FIGURE_SPACE = '\u2007';

    private RateBars() {}

    /** Of the rows that are chosen: a chart, or none if there are none. */
    static List<ReportChart> of(
            ResultData data, Predicate<JsonNode> chosen, String file, String title, String caption) {
        List<JsonNode> rows = data.rows().stream()
                .filter(chosen)
                .sorted(Comparator.comparingDouble(row -> -row.at(MEDIAN).asDouble()))
                .toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        HorizontalBarChart chart = ChartLook.bars(title, "million records per second", rows.size());
        List<Double> millions = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode row : rows) {
            double rate = row.at(MEDIAN).asDouble() / MILLION;
            millions.add(rate);
            names.add(row.path("case").asText()
                    + String.format(Locale.ROOT, "  %5.1f", rate).replace(' ', FIGURE_SPACE));
        }
        chart.addSeries("median", millions, names);
        return List.of(new ReportChart(file, caption, chart));
    }
}
