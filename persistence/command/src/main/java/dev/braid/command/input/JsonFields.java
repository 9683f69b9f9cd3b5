package dev.braid.command.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.braid.command.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The required fields of a JSON object, by their names or by paths: {@code user.id} is the field {@code id} of the object
 * {@code user}, or a field whose own name has the dot. A field that occurs twice has no value.
 */
final class JsonFields {
    private static final int NO_KEY = -1;

    private final Decimals ofNumbers = new Decimals(false);
    private final Decimals ofStrings;
    /** The sums, and then the key, if there is one. */
    private final String[] paths;

    private final JsonPath root;
    /** Where each path ends. */
    private final JsonPath[] ends;

    private final int key;
    private final String[] problems;
    private final String[] whyMissing;

    private long records;
    private String keyText;

    /**
     * The fields of a run.
     *
     * @param keyField        may be {@code null}.
     * @param hasDecimalComma whether numbers in strings have one.
     */
    JsonFields(String keyField, List<String> sumFields, boolean hasDecimalComma) {
        this.ofStrings = new Decimals(hasDecimalComma);
        List<String> all = new ArrayList<>(sumFields);
        if (keyField != null) {
            all.add(keyField);
        }
        this.paths = all.toArray(String[]::new);
        this.key = keyField == null ? NO_KEY : sumFields.size();
        this.problems = new String[paths.length];
        this.whyMissing = new String[paths.length];
        this.root = JsonPath.root(paths);
        this.ends = Stream.of(paths).map(root::within).toArray(JsonPath[]::new);
    }

    /** Reads the rest of an object whose start was read. */
    void read(JsonParser parser, KeyedRecord record) throws IOException {
        records++;
        Arrays.fill(record.amounts, null);
        Arrays.fill(problems, null);
        Arrays.fill(whyMissing, "is missing");
        keyText = null;
        readObject(parser, root, record);
    }

    private void readObject(JsonParser parser, JsonPath path, KeyedRecord record) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            JsonPath next = path.within(parser.currentName());
            JsonToken value = parser.nextToken();
            if (next != null && find(next, value, parser, record)) {
                readObject(parser, next, record);
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Whether an object was found that may have required fields. */
    private boolean find(JsonPath path, JsonToken value, JsonParser parser, KeyedRecord record) throws IOException {
        if (path.wasFoundIn(records)) {
            for (int field : path.ending()) {
                problems[field] = "is there twice";
            }
            for (int field : path.leadingOn()) {
                problems[field] = "cannot be told, for " + Texts.quote(path.text) + " is there twice";
            }
            return false;
        }
        path.foundIn(records);
        for (int field : path.ending()) {
            take(field, value, parser, record);
        }
        if (value == JsonToken.START_ARRAY) {
            for (int field : path.leadingOn()) {
                whyMissing[field] = "is missing: " + Texts.quote(path.text) + " is an array";
            }
        }
        return value == JsonToken.START_OBJECT && !path.leadingOn().isEmpty();
    }

    private void take(int field, JsonToken value, JsonParser parser, KeyedRecord record) throws IOException {
        String text = value.isScalarValue() && value != JsonToken.VALUE_NULL ? parser.getText() : null;
        if (text == null) {
            problems[field] = "is " + nameOf(value);
        } else if (field == key) {
            keyText = text;
        } else {
            Decimals decimals = value.isNumeric() ? ofNumbers : ofStrings;
            record.amounts[field] = decimals.parse(text);
            if (record.amounts[field] == null) {
                problems[field] = decimals.problem(text);
            }
        }
    }

    /** Completes the record, or fails it: for its key, or for the first sum that lacks a value. */
    void check(KeyedRecord record) {
        if (key != NO_KEY) {
            String problem = problem(key);
            if (problem == null) {
                record.key(keyText);
            } else {
                record.fail("no key: " + problem);
            }
        }
        for (int i = 0; i < record.amounts.length; i++) {
            String problem = problem(i);
            if (problem != null) {
                record.fail(problem);
            }
        }
    }

    private String problem(int field) {
        boolean isMissing = !ends[field].wasFoundIn(records);
        String problem = problems[field] == null && isMissing ? whyMissing[field] : problems[field];
        return problem == null ? null : "field " + Texts.quote(paths[field]) + " " + problem;
    }

    private static String nameOf(JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> "null";
            case START_ARRAY -> "an array";
            default -> "an object";
        };
    }
}
