package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Curve.Point;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Charts of throughput: who does how much, and how it changes with the number of sub-streams. */
final class ThroughputCharts {
    private static final String BRAID = "braid";
    private static final double NS_PER_SECOND = 1e9;

    private ThroughputCharts() {}

    /** Bars of all that was measured with 8 sub-streams and the usual settings, without and with a journal. */
    static List<ReportChart> candidates(ResultData throughput) {
        String title = "Records per second, 8 sub-streams";
        String caption =
                "Medians, with the least and the most of any round, from one publisher, which claims 16 records of 64 bytes at a time, to the end of the "
                        + "pipeline";
        return Stream.of(
                        Bars.of(throughput, row -> isCandidate(row, false), "throughput", title, caption + "."),
                        Bars.of(
                                throughput,
                                row -> isCandidate(row, true),
                                "throughput-journal",
                                title + ", with a journal",
                                caption + ", which is a journal."),
                        Bars.of(
                                throughput,
                                row -> row.path("handlingNs").asLong() > 0,
                                "throughput-handling",
                                title + ", by what handlers take",
                                "Medians, with the least and the most of any round, where a handler takes that many nanoseconds for each "
                                        + "record: on the engine's thread, and on a worker."))
                .flatMap(List::stream)
                .toList();
    }

    /** Points of the rate in each turn against what a cache line took from core to core just before it. */
    static List<ReportChart> phases(ResultData throughput) {
        List<Curve> curves = new ArrayList<>();
        for (JsonNode row : throughput.rows()) {
            if (isCandidate(row, false) && row.path("turns").size() > 1 && curves.size() < Drawing.COLORS - 1) {
                List<Point> points = new ArrayList<>();
                row.get("turns")
                        .forEach(turn -> points.add(Point.of(
                                turn.path("handOverNs").asDouble(),
                                turn.path("recordsPerSecond").asDouble())));
                curves.add(Curve.measured(row.path("case").asText(), curves.size(), points));
            }
        }
        if (curves.isEmpty()) {
            return List.of();
        }
        return List.of(new Plot("throughput-phases", "Records per second against a hop", "ns a hop")
                .x(false, Quantity::plain)
                .y(true, Quantity::rate)
                .of(
                        curves,
                        "Each turn by itself, with 8 sub-streams: its median, against the nanoseconds that a cache line took from one core "
                                + "to another just before it."));
    }

    private static boolean isCandidate(JsonNode row, boolean journal) {
        return isUsual(row)
                && row.path("subStreams").asInt() == 8
                && row.path("journal").asBoolean() == journal;
    }

    private static boolean isUsual(JsonNode row) {
        return row.path("weights").asText().equals("8:4:2:1")
                && row.path("claim").asInt() == 16
                && row.path("payloadBytes").asInt() == 64
                && row.path("handlingNs").asLong() == 0;
    }

    /** Lines of the time per record, for what was measured with several numbers of sub-streams. */
    static List<ReportChart> subStreams(Collection<ResultData> data) {
        Map<String, TreeMap<Integer, Point>> series = new TreeMap<>();
        data.stream()
                .flatMap(each -> each.rows().stream())
                .filter(row -> isUsual(row) && row.has("candidate"))
                .forEach(row -> series.computeIfAbsent(row.get("candidate").asText(), key -> new TreeMap<>())
                        .putIfAbsent(row.get("subStreams").asInt(), point(row)));
        series.values().removeIf(points -> points.size() < 2);
        if (series.isEmpty()) {
            return List.of();
        }
        List<Curve> curves = new ArrayList<>();
        series.forEach((name, points) -> curves.add(Curve.measured(
                name,
                name.equals(BRAID) ? 0 : 1 + curves.size() % (Drawing.COLORS - 1),
                List.copyOf(points.values()))));
        return List.of(new Plot("sub-streams", "Time per record against sub-streams", "sub-streams")
                .x(true, Quantity::plain)
                .y(true, Quantity::time)
                .of(
                        curves,
                        "What a record takes when there are more sub-streams: medians, with the least and the most of any round. "
                                + "Points whose differences are less than their spreads have no line."));
    }

    private static Point point(JsonNode row) {
        JsonNode rate = row.path("recordsPerSecond");
        return new Point(
                row.get("subStreams").asDouble(),
                NS_PER_SECOND / rate.path("median").asDouble(),
                NS_PER_SECOND / rate.path("max").asDouble(),
                NS_PER_SECOND / rate.path("min").asDouble());
    }
}
