package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** Charts of throughput: who does how much, and how it changes with the number of sub-streams. */
final class ThroughputCharts {
    private static final String MEDIAN = "/recordsPerSecond/median";
    private static final double MILLION = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private ThroughputCharts() {}

    /** Bars of all that was measured with 8 sub-streams and the usual settings, without and with a journal. */
    static List<ReportChart> candidates(ResultData throughput) {
        List<ReportChart> charts = new ArrayList<>();
        for (boolean journal : new boolean[] {false, true}) {
            List<JsonNode> rows = throughput.rows().stream()
                    .filter(row -> isUsual(row)
                            && row.path("subStreams").asInt() == 8
                            && row.path("journal").asBoolean() == journal)
                    .sorted(Comparator.comparingDouble(row -> -row.at(MEDIAN).asDouble()))
                    .toList();
            if (!rows.isEmpty()) {
                charts.add(candidates(rows, journal));
            }
        }
        return charts;
    }

    private static ReportChart candidates(List<JsonNode> rows, boolean journal) {
        HorizontalBarChart chart = ChartLook.bars(
                "Records per second: 8 sub-streams of 64-byte records" + (journal ? ", with a journal" : ""),
                "million records per second",
                rows.size());
        List<Double> millions = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (JsonNode row : rows) {
            double rate = row.at(MEDIAN).asDouble() / MILLION;
            millions.add(rate);
            names.add(row.path("case").asText() + String.format(Locale.ROOT, "  %5.1f", rate));
        }
        chart.addSeries("median", millions, names);
        return new ReportChart(
                journal ? "throughput-journal" : "throughput",
                "Medians of records per second from one publisher to the end of the pipeline"
                        + (journal ? ", which is a journal." : "."),
                chart);
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
        chart.getStyler().setXAxisTickLabelsFormattingFunction(ChartLook::number);
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
