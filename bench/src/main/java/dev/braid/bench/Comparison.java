package dev.braid.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.braid.bench.report.ResultData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The differences between two results of one benchmark: all their figures that have a median, {@code {"min":…,"median":…,"max":…}},
 * and the bytes allocated per record.
 */
final class Comparison {
    /** Texts of a result that do not identify it. */
    private static final Set<String> NO_NAMES = Set.of("description", "candidate");

    private static final String RATIO = "ratio ";
    private static final String BYTES = "bytesPerRecord";
    /** The condition of the machine, which is neither better nor worse. */
    private static final String HAND_OVER = "handOverNs";

    /** Matches names of figures of time, and of their ratios. */
    private static final Pattern TIME =
            Pattern.compile(" ns[A-Z]\\w*$|Ns$|Ms$| milliseconds$|^ratio (open|ready)-|^ratio .* p\\d");

    /**
     * A figure of both results.
     *
     * @param ratio           of the medians, the later to the earlier.
     * @param isOutside       whether either median is outside the spread of the other; false if one has no spread.
     * @param isLessTheBetter whether a smaller figure is better.
     */
    record Difference(String name, double ratio, boolean isOutside, boolean isLessTheBetter) {
        boolean isWorse() {
            return isOutside && (isLessTheBetter ? ratio > 1 : ratio < 1);
        }

        String verdict() {
            return !isOutside ? "" : isWorse() ? "worse, outside the spread" : "better, outside the spread";
        }
    }

    private Comparison() {}

    /** Returns all figures that both have, in the order of the later one. */
    static List<Difference> of(ResultData earlier, ResultData later) {
        Map<String, JsonNode> before = figures(earlier);
        List<Difference> differences = new ArrayList<>();
        figures(later).forEach((name, after) -> {
            JsonNode figure = before.get(name);
            if (figure != null) {
                differences.add(difference(name, figure, after));
            }
        });
        return differences;
    }

    /**
     * Returns the median of what a cache line took from core to core before the turns of all cases, in nanoseconds; empty where that
     * was not measured.
     */
    static OptionalDouble handOverNs(ResultData data) {
        double[] all = data.rows().stream()
                .map(row -> row.path(HAND_OVER).path("median"))
                .filter(JsonNode::isNumber)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
        return all.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Spread.of(all).median());
    }

    private static Difference difference(String name, JsonNode before, JsonNode after) {
        double medianBefore = before.get("median").asDouble();
        double medianAfter = after.get("median").asDouble();
        return new Difference(
                name,
                medianAfter / medianBefore,
                hasSpread(before)
                        && hasSpread(after)
                        && isOutside(medianAfter, before)
                        && isOutside(medianBefore, after),
                name.endsWith(BYTES) || TIME.matcher(name).find());
    }

    /** Returns whether a figure has a spread; one that was measured once has none. */
    private static boolean hasSpread(JsonNode figure) {
        return figure.path("min").asDouble() < figure.path("max").asDouble();
    }

    private static boolean isOutside(double value, JsonNode spread) {
        return value < spread.get("min").asDouble() || value > spread.get("max").asDouble();
    }

    private static Map<String, JsonNode> figures(ResultData data) {
        Map<String, JsonNode> figures = new LinkedHashMap<>();
        for (JsonNode row : data.rows()) {
            String name = name(row);
            row.properties().forEach(field -> {
                String figure = name + " " + field.getKey();
                if (field.getKey().equals(HAND_OVER)) {
                    return;
                }
                if (field.getValue().path("median").isNumber()) {
                    figures.put(figure, field.getValue());
                } else if (field.getKey().equals(BYTES)) {
                    figures.put(figure, bytes(field.getValue().asDouble()));
                }
            });
        }
        for (JsonNode ratio : data.ratios()) {
            figures.put(RATIO + ratio.path("name").asText(), ratio);
        }
        return figures;
    }

    /**
     * Rounds bytes per record: a byte more or less belongs to the start and not to the record, and a twentieth of much garbage is
     * noise.
     */
    private static JsonNode bytes(double perRecord) {
        double median = Math.max(1, perRecord);
        double margin = Math.max(1, median / 20);
        return JsonNodeFactory.instance
                .objectNode()
                .put("min", median - margin)
                .put("median", median)
                .put("max", median + margin);
    }

    private static String name(JsonNode row) {
        List<String> names = new ArrayList<>();
        row.properties().forEach(field -> {
            if (field.getValue().isTextual() && !NO_NAMES.contains(field.getKey())) {
                names.add(field.getValue().asText());
            }
        });
        return String.join(", ", names);
    }
}
