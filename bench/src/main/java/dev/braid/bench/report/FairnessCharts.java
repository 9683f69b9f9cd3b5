package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Curve.Point;
import java.util.ArrayList;
import java.util.List;

/** Shares against weights, and what a flood does to latency. */
final class FairnessCharts {
    private static final double MAX_RATIO = 3;
    private static final double HUNDRED = 100;

    private FairnessCharts() {}

    /** Every group of every case is a dot: what it got against what it was due. */
    static List<ReportChart> shares(ResultData fairness) {
        List<Point> got = new ArrayList<>();
        for (JsonNode row : fairness.rows()) {
            for (int i = 0; i < row.path("expected").size(); i++) {
                if (row.path("saturated").asBoolean(true) // Shares of others say nothing.
                        && row.path("shares").get(i).asDouble() > 0) { // Nothing has no place on a logarithmic axis.
                    got.add(Point.of(
                            row.get("expected").get(i).asDouble(),
                            row.get("shares").get(i).asDouble()));
                }
            }
        }
        if (got.isEmpty()) {
            return List.of();
        }
        double least = got.stream().mapToDouble(Point::x).min().orElseThrow();
        return List.of(new Plot("shares", "What groups got of the service", "due: weight / sum of weights")
                .x(true, FairnessCharts::percent)
                .y(true, FairnessCharts::percent)
                .of(
                        List.of(
                                Curve.ideal("as due", List.of(Point.of(least, least), Point.of(1, 1))),
                                Curve.measured("a group", 0, got)),
                        "Each dot is a group that always had work, of any of the cases below."));
    }

    private static String percent(double share) {
        return Quantity.plain(HUNDRED * share) + " %";
    }

    /** The latency alone and under a flood. */
    static List<ReportChart> isolation(ResultData isolation) {
        List<Rivals.Case> cases = isolation.rows().stream()
                .filter(row -> row.path("p99AloneNs").asDouble() > 0
                        && row.path("p99FloodedNs").asDouble() > 0)
                .map(row -> new Rivals.Case(
                        row.path("case").asText(),
                        new double[] {
                            row.path("p99AloneNs").asDouble(),
                            row.path("p99FloodedNs").asDouble()
                        },
                        MAX_RATIO * row.path("p99AloneNs").asDouble()
                                + row.path("mostBatches").asInt(1)
                                        * row.path("bronzeBatchNs").asDouble()))
                .toList();
        return cases.isEmpty()
                ? List.of()
                : List.of(new Rivals(
                                "isolation",
                                "Gold's latency, 99th percentile",
                                "Medians of the 99th percentiles of several turns.",
                                List.of("alone", "flooded by bronze"),
                                cases)
                        .chart());
    }
}
