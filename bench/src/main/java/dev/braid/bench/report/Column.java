package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/**
 * A column of a table of results; or two, of a figure that has a spread, {@code {"min":…,"median":…,"max":…}}.
 *
 * @param path  of its value in a result, as a JSON pointer.
 * @param words a number as text, with its unit.
 */
record Column(String head, String path, DoubleFunction<String> words) {
    private static final String NOTHING = "";

    static Column text(String head, String path) {
        return new Column(head, path, Quantity::plain);
    }

    static Column number(String head, String path, int digits) {
        return new Column(head, path, value -> Quantity.decimals(value, digits));
    }

    /** @param ns how many nanoseconds a unit of the value is. */
    static Column time(String head, String path, double ns) {
        return new Column(head, path, value -> Quantity.time(ns * value));
    }

    static Column rate(String head, String path) {
        return new Column(head, path, Quantity::rate);
    }

    String cell(JsonNode row) {
        JsonNode value = row.at(path);
        if (value.isMissingNode() || value.isNull()) {
            return NOTHING;
        }
        if (value.isObject()) {
            return value.has("min")
                            && value.path("min").asDouble() < value.path("max").asDouble()
                    ? words.apply(value.path("min").asDouble()) + " … "
                            + words.apply(value.path("max").asDouble())
                    : NOTHING;
        }
        if (value.isNumber()) {
            return words.apply(value.asDouble());
        }
        return value.isBoolean() ? value.asBoolean() ? "yes" : "no" : value.asText();
    }

    private Stream<Column> parts(List<JsonNode> rows) {
        return rows.stream().noneMatch(row -> row.at(path).isObject())
                ? Stream.of(this)
                : Stream.of(median(), new Column("min … max", path, words));
    }

    Column median() {
        return new Column(head, path + "/median", words);
    }

    /** Without the columns that are empty. */
    static Grid grid(List<Column> columns, List<JsonNode> rows) {
        List<Column> used = columns.stream()
                .flatMap(column -> column.parts(rows))
                .filter(column ->
                        rows.stream().anyMatch(row -> !column.cell(row).isEmpty()))
                .toList();
        return new Grid(
                used.stream().map(Column::head).toList(),
                rows.stream()
                        .map(row ->
                                used.stream().map(column -> column.cell(row)).toList())
                        .toList());
    }
}
