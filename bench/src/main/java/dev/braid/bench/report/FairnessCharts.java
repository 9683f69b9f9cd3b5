package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Shares against weights, and what a flood does to latency. */
final class FairnessCharts {
    private static final double NS_PER_US = 1e3;

    private FairnessCharts() {}

    /** Every group of every case is a dot: what it got against what it was due. */
    static List<ReportChart> shares(ResultData fairness) {
        List<Double> due = new ArrayList<>();
        List<Double> got = new ArrayList<>();
        for (JsonNode row : fairness.rows()) {
            for (int i = 0; i < row.path("expected").size(); i++) {
                if (row.path("saturated").asBoolean(true) // Shares of others say nothing.
                        && row.path("shares").get(i).asDouble() > 0) { // Nothing has no place on a logarithmic axis.
                    due.add(row.get("expected").get(i).asDouble());
                    got.add(row.get("shares").get(i).asDouble());
                }
            }
        }
        if (due.isEmpty()) {
            return List.of();
        }
        XYChart chart = ChartLook.lines("Shares against weights", "due: weight / sum of weights", "share measured");
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        double least = due.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        XYSeries ideal = chart.addSeries("as due", new double[] {least, 1}, new double[] {least, 1});
        ChartLook.style(ideal, ChartLook.BRAID + 1, 0, true);
        ideal.setMarker(SeriesMarkers.NONE);
        XYSeries groups = chart.addSeries("groups", due, got);
        ChartLook.style(groups, ChartLook.BRAID, 0, false);
        groups.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        return List.of(new ReportChart(
                "shares", "Each dot is a group that always had work, of any of the cases below.", chart));
    }

    /** Bars of the latency alone and under a flood. */
    static List<ReportChart> isolation(ResultData isolation) {
        List<JsonNode> rows = isolation.rows().stream()
                .filter(row -> row.has("p99AloneNs") && row.has("p99FloodedNs"))
                .toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        HorizontalBarChart chart = ChartLook.bars(
                "Latency of gold, 99th percentile: alone and under a flood of bronze", "microseconds", 3 * rows.size());
        List<String> names = rows.stream().map(row -> row.path("case").asText()).toList();
        chart.addSeries("flooded", micros(rows, "p99FloodedNs"), names);
        chart.addSeries("alone", micros(rows, "p99AloneNs"), names);
        chart.getStyler().setLegendVisible(true);
        return List.of(new ReportChart("isolation", "Medians of the 99th percentiles of several turns.", chart));
    }

    private static List<Double> micros(List<JsonNode> rows, String field) {
        return rows.stream().map(row -> row.get(field).asDouble() / NS_PER_US).toList();
    }
}
