package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** The one thing that a benchmark says of Braid, in a few words. */
final class Headline {
    private static final double HUNDRED = 100;
    private static final double NS_PER_MS = 1e6;
    private static final String RATE = "/recordsPerSecond/median";

    private static final Map<String, Function<List<JsonNode>, String>> ALL = Map.of(
            "throughput",
            rows -> first(rows, "braid-8", row -> Quantity.rate(number(row, RATE)) + " records with 8 sub-streams"),
            "journal",
            rows -> first(rows, "braid", row -> Quantity.rate(number(row, RATE)) + " results appended"),
            "latency",
            rows -> first(rows, "braid-8", Headline::latency),
            "fairness",
            rows -> largest(
                    rows.stream()
                            .filter(row -> row.path("saturated").asBoolean(true))
                            .toList(),
                    "/maxShareError",
                    error -> "shares off by at most " + Quantity.decimals(HUNDRED * error, 2) + " percentage points"),
            "isolation",
            rows -> largest(
                    rows,
                    "/ratio",
                    ratio -> "gold's latency under a flood, less bronze's batches: at most "
                            + Quantity.decimals(ratio, 1) + " times that alone"),
            "scaling",
            rows -> largest(
                    rows,
                    "/maxRelativeShareError",
                    error -> "simulated shares off by at most " + Quantity.decimals(HUNDRED * error, 2)
                            + " % of their due"),
            "recovery",
            rows -> largest(rows, "/readyMs/median", ms -> "ready after " + Quantity.time(NS_PER_MS * ms) + " at most"),
            "idle",
            rows -> largest(rows, "/percentOfACore", part -> Quantity.decimals(part, 1) + " % of a core at most"));

    private Headline() {}

    /** Empty of a benchmark that is not known. */
    static String of(ResultData data) {
        return ALL.getOrDefault(data.bench(), rows -> "").apply(data.rows());
    }

    private static String latency(JsonNode row) {
        return "p50 " + Quantity.time(number(row, "/latencyNs/p50")) + ", p99 "
                + Quantity.time(number(row, "/latencyNs/p99")) + " at "
                + row.path("load").asText() + ", " + row.path("idle").asText();
    }

    private static double number(JsonNode row, String path) {
        return row.at(path).asDouble();
    }

    private static String first(List<JsonNode> rows, String prefix, Function<JsonNode, String> words) {
        return rows.stream()
                .filter(row -> row.path("case").asText().startsWith(prefix))
                .findFirst()
                .map(words)
                .orElse("");
    }

    /** Of the rows that have the figure. */
    private static String largest(List<JsonNode> rows, String path, DoubleFunction<String> words) {
        OptionalDouble largest = rows.stream()
                .filter(row -> row.at(path).isNumber())
                .mapToDouble(row -> number(row, path))
                .max();
        return largest.isPresent() ? words.apply(largest.getAsDouble()) : "";
    }
}
