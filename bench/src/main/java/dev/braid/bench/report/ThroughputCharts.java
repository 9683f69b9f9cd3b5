package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** Charts of throughput: who does how much, and how it changes with the number of sub-streams. */
final class ThroughputCharts {
    private static final String MEDIAN = "/recordsPerSecond/median";
    private static final double NS_PER_SECOND = 1e9;

    private ThroughputCharts() {}

    /** Bars of all that was measured with 8 sub-streams and the usual settings, without and with a journal. */
    static List<ReportChart> candidates(ResultData throughput) {
        String title = "Records per second: 8 sub-streams of 64-byte records";
        String caption =
                "Medians of records per second from one publisher, which claims 16 records at a time, to the end of the "
                        + "pipeline";
        return Stream.concat(
                        RateBars.of(throughput, row -> isCandidate(row, false), "throughput", title, caption + ".")
                                .stream(),
                        RateBars.of(
                                throughput,
                                row -> isCandidate(row, true),
                                "throughput-journal",
                                title + ", with a journal",
                                caption + ", which is a journal.")
                                .stream())
                .toList();
    }

    private static boolean isCandidate(JsonNode row, boolean journal) {
        return isUsual(row)
                && row.path("subStreams").asInt() == 8
                && row.path("journal").asBoolean() == journal;
    }

    private static boolean isUsual(JsonNode row) {
        return row.path("weights").asText().equals("8:4:2:1")
                && row.path("claim").asInt() == 16
                && row.path("payloadBytes").asInt() == 64;
    }

    /** Lines of the time per record, for what was measured with several numbers of sub-streams. */
    static List<ReportChart> subStreams(Collection<ResultData> data) {
        Map<String, TreeMap<Integer, Double>> series = new TreeMap<>();
        data.stream()
                .flatMap(each -> each.rows().stream())
                .filter(row -> isUsual(row) && row.has("candidate"))
                .forEach(row -> series.computeIfAbsent(row.get("candidate").asText(), key -> new TreeMap<>())
                        .putIfAbsent(
                                row.get("subStreams").asInt(),
                                NS_PER_SECOND / row.at(MEDIAN).asDouble()));
        series.values().removeIf(points -> points.size() < 2);
        if (series.isEmpty()) {
            return List.of();
        }
        XYChart chart = ChartLook.lines("Time per record against sub-streams", "sub-streams", "ns per record");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(0.0);
        int others = ChartLook.BRAID;
        int own = 0;
        for (Map.Entry<String, TreeMap<Integer, Double>> each : series.entrySet()) {
            boolean isBraid = each.getKey().startsWith("braid");
            XYSeries line = chart.addSeries(
                    each.getKey(),
                    new ArrayList<>(each.getValue().keySet()),
                    new ArrayList<>(each.getValue().values()));
            if (isBraid) {
                ChartLook.style(line, ChartLook.BRAID, own, own > 0);
                own++;
            } else {
                others++;
                ChartLook.style(line, others, others, false);
            }
        }
        return List.of(new ReportChart(
                "sub-streams", "What a record takes, in medians, when there are more sub-streams.", chart));
    }
}
