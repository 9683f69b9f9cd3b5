package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What workers bring, what picks cost, and how exact shares are over many workers. */
final class ScalingCharts {
    private static final double PER_CENT = 100;

    private ScalingCharts() {}

    static List<ReportChart> of(ResultData scaling) {
        List<ReportChart> charts = new ArrayList<>();
        workers(part(scaling, "workers"), charts);
        picks(
                part(scaling, "pick").stream()
                        .filter(row -> row.hasNonNull("nsPerPick"))
                        .toList(),
                charts);
        simulated(part(scaling, "simulated"), charts);
        return charts;
    }

    private static List<JsonNode> part(ResultData scaling, String part) {
        return scaling.rows().stream()
                .filter(row -> row.path("part").asText().equals(part))
                .toList();
    }

    private static void workers(List<JsonNode> rows, List<ReportChart> charts) {
        if (rows.isEmpty()) {
            return;
        }
        XYChart chart =
                ChartLook.lines("Handlers that block for 1 ms: records per second", "workers", "records per second");
        chart.getStyler().setYAxisMin(0.0);
        double[] workers =
                rows.stream().mapToDouble(row -> row.get("workers").asDouble()).toArray();
        double[] rates = rows.stream()
                .mapToDouble(row -> row.at("/recordsPerSecond/median").asDouble())
                .toArray();
        double[] ideal = workers.clone();
        for (int i = 0; i < ideal.length; i++) {
            ideal[i] *= rates[0] / workers[0];
        }
        XYSeries line = chart.addSeries("in proportion", workers, ideal);
        ChartLook.style(line, ChartLook.BRAID + 1, 0, true);
        line.setMarker(SeriesMarkers.NONE);
        ChartLook.style(chart.addSeries("measured", workers, rates), ChartLook.BRAID, 0, false);
        charts.add(
                new ReportChart("workers", "What more workers bring where handlers wait for something else.", chart));
    }

    private static void picks(List<JsonNode> rows, List<ReportChart> charts) {
        if (rows.isEmpty()) {
            return;
        }
        XYChart chart = ChartLook.lines("Time of a pick", "groups", "ns per pick");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(0.0);
        lines(
                chart,
                rows,
                row -> row.get("subStreams").equals(row.get("groups")) ? "a sub-stream each" : subStreams(row),
                "groups",
                row -> row.at("/nsPerPick/median").asDouble());
        charts.add(new ReportChart(
                "picks",
                "What it takes to pick a group and to charge it for a batch of one record. What is lost in noise has no point.",
                chart));
    }

    private static void simulated(List<JsonNode> rows, List<ReportChart> charts) {
        if (rows.isEmpty()) {
            return;
        }
        charts.add(new ReportChart(
                "simulated-shares",
                "Of 64 groups with random weights and costs, the group whose share of the time is furthest from its due. What is "
                        + "left is about one record of the lightest groups, which get a few hundred. 256 sub-streams are four "
                        + "for each group: most of them are leased to workers then.",
                simulated(
                        rows,
                        "Error of shares over many workers, simulated",
                        "largest error, % of the share that is due",
                        row -> PER_CENT * row.get("maxRelativeShareError").asDouble())));
        charts.add(new ReportChart(
                "simulated-cost",
                "What conductor and merge take for a batch, in real time, when batches come back one by one.",
                simulated(rows, "Cost of scheduling over many workers, simulated", "ns per batch", row -> row.get(
                                "conductedNsPerBatch")
                        .asDouble())));
    }

    private static XYChart simulated(List<JsonNode> rows, String title, String yTitle, ToDoubleFunction<JsonNode> y) {
        XYChart chart = ChartLook.lines(title, "workers", yTitle);
        chart.getStyler().setYAxisMin(0.0);
        lines(chart, rows, ScalingCharts::subStreams, "workers", y);
        return chart;
    }

    private static String subStreams(JsonNode row) {
        return String.format(
                Locale.ROOT, "%,d sub-streams", row.get("subStreams").asInt());
    }

    private static void lines(
            XYChart chart,
            List<JsonNode> rows,
            Function<JsonNode, String> series,
            String x,
            ToDoubleFunction<JsonNode> y) {
        Map<String, TreeMap<Double, Double>> points = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            points.computeIfAbsent(series.apply(row), key -> new TreeMap<>())
                    .put(row.get(x).asDouble(), y.applyAsDouble(row));
        }
        int number = 0;
        for (Map.Entry<String, TreeMap<Double, Double>> each : points.entrySet()) {
            ChartLook.style(
                    chart.addSeries(
                            each.getKey(),
                            new ArrayList<>(each.getValue().keySet()),
                            new ArrayList<>(each.getValue().values())),
                    number,
                    number,
                    false);
            number++;
        }
    }
}
