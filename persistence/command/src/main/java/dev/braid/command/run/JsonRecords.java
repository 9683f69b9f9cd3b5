package dev.braid.command.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.braid.command.Texts;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Each line is a JSON object. The key and the amounts are fields at its top level; of fields with one name the last. */
final class JsonRecords implements RecordSource {
    private final JsonFactory json = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private final LineReader lines;
    private final String keyField;
    private final KeyRegex keyRegex;
    private final List<String> sumFields;

    /** Either {@code keyField} or {@code keyRegex} is {@code null}. */
    JsonRecords(LineReader lines, String keyField, KeyRegex keyRegex, List<String> sumFields) {
        this.lines = lines;
        this.keyField = keyField;
        this.keyRegex = keyRegex;
        this.sumFields = sumFields;
    }

    @Override
    public boolean next() throws IOException {
        return lines.next();
    }

    @Override
    public void fill(KeyedRecord record) {
        record.begin(lines.lineNumber());
        if (lines.isTooLong()) {
            record.fail(lines.tooLongReason());
            return;
        }
        try (JsonParser parser = json.createParser(lines.buffer(), lines.offset(), lines.length())) {
            fill(parser, record);
        } catch (JsonProcessingException e) {
            record.fail("not JSON: " + Texts.messageOf(new IOException(e.getOriginalMessage())));
        } catch (IOException e) { // Malformed UTF-32, for one: nothing is read from outside here.
            record.fail("not JSON: " + Texts.messageOf(e));
        }
        if (keyRegex != null) {
            keyRegex.fill(lines.text(), record);
        }
    }

    private void fill(JsonParser parser, KeyedRecord record) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            record.fail("empty line");
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            record.fail("not a JSON object: " + Texts.quote(lines.text()));
            return;
        }
        Arrays.fill(record.amounts, null);
        String key = null;
        JsonToken badKey = null;
        String badAmount = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(keyField)) {
                boolean hasKey = value.isScalarValue() && value != JsonToken.VALUE_NULL;
                key = hasKey ? parser.getText() : null;
                badKey = hasKey ? null : value;
            }
            int sum = sumFields.indexOf(name);
            if (sum >= 0) {
                record.amounts[sum] = value.isScalarValue() ? Decimals.parse(parser.getText()) : null;
                if (record.amounts[sum] == null) {
                    badAmount = "field " + Texts.quote(name) + " is not a number: "
                            + (value.isScalarValue() ? Texts.quote(parser.getText()) : value.asString());
                }
            }
            parser.skipChildren();
        }
        if (parser.nextToken() != null) {
            record.fail("more than one JSON value");
        }
        if (keyField != null) {
            if (badKey != null) {
                record.fail("no key: field " + Texts.quote(keyField) + " is " + nameOf(badKey));
            } else if (key == null) {
                record.fail("no key: field " + Texts.quote(keyField) + " is missing");
            } else {
                record.key(key);
            }
        }
        for (int i = 0; i < record.amounts.length; i++) {
            if (record.amounts[i] == null) {
                record.fail(badAmount != null ? badAmount : "field " + Texts.quote(sumFields.get(i)) + " is missing");
            }
        }
    }

    private static String nameOf(JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> "null";
            case START_ARRAY -> "an array";
            default -> "an object";
        };
    }
}
