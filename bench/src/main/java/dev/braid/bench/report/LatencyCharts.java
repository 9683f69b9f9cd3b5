package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Curve.Point;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Latencies against percentiles, a chart for each idle strategy and load. */
final class LatencyCharts {
    private static final String NONE = "no-pipeline";
    private static final double ALL = 100;

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
            for (String load : loads) {
                charts.add(chart(latency, idle, load));
            }
        }
        return charts;
    }

    private static ReportChart chart(ResultData latency, String idle, String load) {
        List<Curve> curves = new ArrayList<>();
        int others = 0;
        for (JsonNode row : latency.rows()) {
            if (row.path("idle").asText().equals(idle)
                    && row.path("load").asText().equals(load)) {
                String name = row.path("case").asText();
                int color = Marking.isBraid(name) ? 0 : name.equals(NONE) ? Drawing.COLORS - 1 : ++others;
                curves.add(Curve.exact(name, color, points(row)));
            }
        }
        return new Plot(
                        "latency-" + idle + "-" + load.replaceAll("[^A-Za-z0-9]+", "-"),
                        "Latency at " + load + ", " + idle,
                        "percentile")
                .x(true, LatencyCharts::percentile)
                .y(true, Quantity::time)
                .of(curves, "");
    }

    private static List<Point> points(JsonNode row) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < row.get("percentiles").size(); i++) {
            double percentile = row.get("percentiles").get(i).asDouble();
            if (percentile < ALL) { // That would be infinitely far to the right; the tables have it.
                points.add(Point.of(
                        Math.max(1, ALL / (ALL - percentile)),
                        Math.max(1, row.get("latenciesNs").get(i).asDouble())));
            }
        }
        return points;
    }

    /** The axis holds how many records there are for one that takes longer: 1, 10, 100 are 0 %, 90 %, 99 %. */
    private static String percentile(double odds) {
        String text = String.format(Locale.ROOT, "%.4f", ALL - ALL / odds);
        return text.replaceAll("\\.?0+$", "").replaceAll("^$", "0") + " %";
    }
}
