package dev.braid.command.input;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.braid.command.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

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

    private final int key;
    private final String[] problems;
    private final String[] whyMissing;
    /** For each path, the ends of the names in it that were found. */
    private final BitSet[] found;

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
        this.found = new BitSet[paths.length];
        Arrays.setAll(found, i -> new BitSet());
    }

    /** Reads the rest of an object whose start was read. */
    void read(JsonParser parser, KeyedRecord record) throws IOException {
        Arrays.fill(record.amounts, null);
        Arrays.fill(problems, null);
        Arrays.fill(whyMissing, "is missing");
        for (BitSet of : found) {
            of.clear();
        }
        keyText = null;
        readObject(parser, "", record);
    }

    /** @param prefix of the object's fields: the path to it, and a dot. */
    private void readObject(JsonParser parser, String prefix, KeyedRecord record) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            boolean leadsOn = false;
            for (int i = 0; i < paths.length; i++) {
                if (begins(paths[i], prefix, name)) {
                    leadsOn |= find(i, prefix.length() + name.length(), value, parser, record);
                }
            }
            if (leadsOn) {
                readObject(parser, prefix + name + '.', record);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static boolean begins(String path, String prefix, String name) {
        return path.startsWith(name, prefix.length()) && path.startsWith(prefix);
    }

    /** Whether an object was found that may have the field. */
    private boolean find(int field, int end, JsonToken value, JsonParser parser, KeyedRecord record)
            throws IOException {
        String path = paths[field];
        boolean isWhole = end == path.length();
        if (!isWhole && path.charAt(end) != '.') {
            return false;
        }
        if (found[field].get(end)) {
            problems[field] = isWhole
                    ? "is there twice"
                    : "cannot be told, for " + Texts.quote(path.substring(0, end)) + " is there twice";
            return false;
        }
        found[field].set(end);
        if (isWhole) {
            take(field, value, parser, record);
        } else if (value == JsonToken.START_ARRAY) {
            whyMissing[field] = "is missing: " + Texts.quote(path.substring(0, end)) + " is an array";
        }
        return !isWhole && value == JsonToken.START_OBJECT;
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
        boolean isMissing = !found[field].get(paths[field].length());
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
