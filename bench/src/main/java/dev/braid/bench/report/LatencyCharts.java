package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.knowm.xchart.XYChart;

/** Latencies against percentiles, a chart for each idle strategy. */
final class LatencyCharts {
    private static final double NS_PER_US = 1e3;
    private static final String NONE = "no-pipeline";
    private static final double ALL = 100;
    private static final double FAR_LEFT = 1;

    private LatencyCharts() {}

    static List<ReportChart> of(ResultData latency) {
        Set<String> idles = new LinkedHashSet<>();
        Set<String> loads = new LinkedHashSet<>();
        for (JsonNode row : latency.rows()) {
            idles.add(row.path("idle").asText());
            loads.add(row.path("load").asText());
        }
        List<ReportChart> charts = new ArrayList<>();
        for (String idle : idles) {
            charts.add(chart(latency, idle, loads));
        }
        return charts;
    }

    private static ReportChart chart(ResultData latency, String idle, Set<String> loads) {
        XYChart chart = ChartLook.lines("Latency, " + idle, "percentile", "microseconds");
        chart.getStyler().setXAxisLogarithmic(true).setXAxisTickLabelsFormattingFunction(LatencyCharts::percentile);
        chart.getStyler().setYAxisLogarithmic(true);
        int number = 0;
        for (String load : loads) {
            for (JsonNode row : latency.rows()) {
                if (row.path("idle").asText().equals(idle)
                        && row.path("load").asText().equals(load)
                        && isDrawn(row, loads)) {
                    add(chart, row, number);
                }
            }
            number++;
        }
        return new ReportChart(
                "latency-" + idle,
                "From the moment at which a record was due to be published. Solid and blue: Braid; dashed and orange: the "
                        + "bare Disruptor with the same threads; grey: no pipeline. The marks tell the loads apart.",
                chart);
    }

    /** Without a pipeline it is the same at any load: one line is enough. */
    private static boolean isDrawn(JsonNode row, Set<String> loads) {
        return !row.path("case").asText().equals(NONE)
                || row.path("load").asText().equals(loads.iterator().next());
    }

    private static void add(XYChart chart, JsonNode row, int number) {
        List<Double> odds = new ArrayList<>();
        List<Double> micros = new ArrayList<>();
        for (int i = 0; i < row.get("percentiles").size(); i++) {
            double percentile = row.get("percentiles").get(i).asDouble();
            if (percentile < ALL) { // That would be infinitely far to the right; the tables have it.
                odds.add(Math.max(FAR_LEFT, ALL / (ALL - percentile)));
                micros.add(Math.max(1, row.get("latenciesNs").get(i).asDouble()) / NS_PER_US);
            }
        }
        String name = row.get("case").asText();
        if (name.equals(NONE)) {
            ChartLook.style(chart.addSeries(name, odds, micros), ChartLook.GREY, number, true);
            return;
        }
        boolean isBraid = name.startsWith("braid");
        ChartLook.style(
                chart.addSeries(name + ", " + row.get("load").asText(), odds, micros),
                isBraid ? ChartLook.BRAID : ChartLook.BRAID + 1,
                number,
                !isBraid);
    }

    /** The axis holds how many records there are for one that takes longer: 1, 10, 100 are 0 %, 90 %, 99 %. */
    private static String percentile(double odds) {
        String text = String.format(Locale.ROOT, "%.4f", ALL - ALL / odds);
        return text.replaceAll("\\.?0+$", "").replaceAll("^$", "0") + " %";
    }
}
