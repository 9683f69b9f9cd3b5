package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Curve.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

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
        List<Point> measured = new ArrayList<>();
        List<Point> ideal = new ArrayList<>();
        double one = rows.get(0).at("/recordsPerSecond/median").asDouble()
                / rows.get(0).get("workers").asDouble();
        for (JsonNode row : rows) {
            double workers = row.get("workers").asDouble();
            measured.add(spread(workers, row.at("/recordsPerSecond")));
            ideal.add(Point.of(workers, one * workers));
        }
        charts.add(new Plot("workers", "Handlers that block for 1 ms: records per second", "workers")
                .y(false, Quantity::rate)
                .of(
                        List.of(Curve.ideal("in proportion", ideal), Curve.measured("braid", 0, measured)),
                        "What more workers bring where handlers wait for something else."));
    }

    private static Point spread(double x, JsonNode figure) {
        return new Point(
                x,
                figure.path("median").asDouble(),
                figure.path("min").asDouble(),
                figure.path("max").asDouble());
    }

    private static void picks(List<JsonNode> rows, List<ReportChart> charts) {
        if (rows.isEmpty()) {
            return;
        }
        charts.add(new Plot("picks", "Time of a pick", "groups")
                .x(true, Quantity::plain)
                .y(false, Quantity::time)
                .of(
                        curves(
                                rows,
                                row -> row.get("subStreams").equals(row.get("groups"))
                                        ? "a sub-stream each"
                                        : subStreams(row),
                                row -> spread(row.get("groups").asDouble(), row.get("nsPerPick")),
                                false),
                        "What it takes to pick a group and to charge it for a batch of one record. What is lost in noise has no "
                                + "point, and points whose differences are less than their spreads have no line."));
    }

    private static void simulated(List<JsonNode> rows, List<ReportChart> charts) {
        if (rows.isEmpty()) {
            return;
        }
        charts.add(new Plot("simulated-shares", "Largest error of a share over many workers, simulated", "workers")
                .x(true, Quantity::plain)
                .y(false, percent -> Quantity.plain(percent) + " %")
                .of(
                        curves(
                                rows,
                                ScalingCharts::subStreams,
                                row -> Point.of(
                                        row.get("workers").asDouble(),
                                        PER_CENT
                                                * row.get("maxRelativeShareError")
                                                        .asDouble()),
                                true),
                        "Of 64 groups with random weights and costs, the group whose share of the time is furthest from its due, "
                                + "in proportion to that. What is left is about one record of the lightest groups, which get a "
                                + "few hundred. 256 sub-streams are four for each group: most of them are leased to workers "
                                + "then."));
        charts.add(new Plot("simulated-cost", "Cost of scheduling a batch over many workers, simulated", "workers")
                .x(true, Quantity::plain)
                .y(false, Quantity::time)
                .of(
                        curves(
                                rows,
                                ScalingCharts::subStreams,
                                row -> Point.of(
                                        row.get("workers").asDouble(),
                                        row.get("conductedNsPerBatch").asDouble()),
                                false),
                        "What conductor and merge take for a batch, in real time, when batches come back one by one. Each point "
                                + "was measured once: there is no line where there is no spread."));
    }

    private static String subStreams(JsonNode row) {
        return String.format(
                Locale.ROOT, "%,d sub-streams", row.get("subStreams").asInt());
    }

    /** @param isExact whether there is no noise in them. */
    private static List<Curve> curves(
            List<JsonNode> rows, Function<JsonNode, String> name, Function<JsonNode, Point> point, boolean isExact) {
        Map<String, TreeMap<Double, Point>> curves = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            Point each = point.apply(row);
            curves.computeIfAbsent(name.apply(row), key -> new TreeMap<>()).put(each.x(), each);
        }
        List<Curve> all = new ArrayList<>();
        curves.forEach(
                (key, points) -> all.add(new Curve(key, all.size(), false, isExact, List.copyOf(points.values()))));
        return all;
    }
}
