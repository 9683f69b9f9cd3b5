package dev.braid.command.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.braid.command.Texts;
import java.io.IOException;

/** Takes each JSON object as a record. The key and the amounts are fields of it, or of objects in it. */
final class JsonRecords implements RecordSource {
    /** Each open object costs some 60 bytes. */
    private static final int MAX_DEPTH = 1_000_000;

    private static final int SHOWN_BEFORE = 20;
    private static final int MAX_SHOWN = 40;

    private final JsonFactory json;
    private final InputBytes in;
    private final TextEncoding encoding;
    private final int maxLength;
    private final KeyRegex keyRegex;
    private final JsonFields fields;
    private RawRecords raw;

    JsonRecords(InputBytes in, TextEncoding encoding, int maxLength, InputSettings settings) {
        this.in = in;
        this.encoding = encoding;
        this.maxLength = maxLength;
        this.keyRegex = settings.keyRegex();
        this.fields = new JsonFields(
                settings.keyField(), settings.sumFields(), settings.dialect().hasDecimalComma());
        // A field that is not used may be as long as its record. Any number of names may occur.
        this.json = JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNameLength(maxLength)
                        .maxNumberLength(maxLength)
                        .maxStringLength(maxLength)
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .build();
    }

    @Override
    public boolean next() throws IOException {
        if (raw == null) {
            raw = JsonLayout.divide(in, encoding, maxLength);
        }
        return raw.next();
    }

    @Override
    public void fill(KeyedRecord record) {
        record.begin(raw.lineNumber());
        String problem = raw.problem();
        if (problem != null) {
            record.fail(problem);
            return;
        }
        try (JsonParser parser = json.createParser(raw.buffer(), raw.offset(), raw.length())) {
            fill(parser, record);
        } catch (JsonProcessingException e) {
            record.fail(problem(e));
        } catch (IOException e) { // Nothing is read from outside here.
            record.fail("not JSON: " + Texts.messageOf(e));
        }
        if (keyRegex != null) {
            keyRegex.fill(raw.text(), record);
        }
    }

    private void fill(JsonParser parser, KeyedRecord record) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            record.fail("empty line");
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            record.fail("not a JSON object: " + Texts.quote(raw.text()));
            return;
        }
        fields.read(parser, record);
        if (parser.nextToken() != null) {
            record.fail("more than one JSON value");
        }
        fields.check(record);
    }

    /** Returns where the parser failed, in our own words: its own address the programmer. */
    private String problem(JsonProcessingException e) {
        if (e instanceof StreamConstraintsException) {
            return "nested deeper than " + MAX_DEPTH + " objects and arrays";
        }
        if (e instanceof JsonEOFException) {
            return "not JSON: it ends too early: " + Texts.quote(raw.text());
        }
        String text = raw.text();
        // Bytes are characters only in ASCII; elsewhere it is near enough to be found.
        int at = (int) Math.max(0, Math.min(text.length(), e.getLocation().getByteOffset()));
        int from = Math.max(0, at - SHOWN_BEFORE);
        return "not JSON near character " + (at + 1) + ": "
                + Texts.quote(text.substring(from, Math.min(text.length(), from + MAX_SHOWN)));
    }
}
