package dev.braid.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A column of a table of results; or three, of a figure that has a spread, {@code {"min":…,"median":…,"max":…}}.
 *
 * @param path   of its value in a result, as a JSON pointer.
 * @param scale  by which a number is multiplied.
 * @param digits after the point of a number.
 */
record Column(String head, String path, double scale, int digits) {
    private static final String NOTHING = "";

    static Column text(String head, String path) {
        return new Column(head, path, 1, 0);
    }

    String cell(JsonNode row) {
        JsonNode value = row.at(path);
        if (value.isMissingNode() || value.isNull()) {
            return NOTHING;
        }
        if (value.isNumber()) {
            return String.format(Locale.ROOT, "%,." + digits + "f", value.asDouble() * scale);
        }
        return value.isBoolean() ? value.asBoolean() ? "yes" : "no" : value.asText();
    }

    private Stream<Column> parts(List<JsonNode> rows) {
        return rows.stream().noneMatch(row -> row.at(path).isObject())
                ? Stream.of(this)
                : Stream.of(part(head, "/median"), part("min", "/min"), part("max", "/max"));
    }

    private Column part(String name, String more) {
        return new Column(name, path + more, scale, digits);
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
