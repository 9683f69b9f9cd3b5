package dev.braid.command.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.braid.command.Texts;
import dev.braid.command.input.KeyedRecord;
import dev.braid.persistence.RecordCodec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes results as JSON in UTF-8: {@code {"key":"2","count":17,"sums":{"unit_sales":"51.0000"}}}. Sums are strings, because
 * many readers of JSON would turn numbers into binary fractions. A failed record has its line, and its key if that is known:
 * {@code {"line":7,"key":"2"}}.
 */
final class TotalsCodec implements RecordCodec<KeyedRecord> {
    private static final byte[] KEY = ascii("{\"key\":\"");
    private static final byte[] COUNT = ascii("\",\"count\":");
    private static final byte[] SUMS = ascii(",\"sums\":{");
    private static final byte[] END = ascii("}}");
    private static final byte[] LINE = ascii("{\"line\":");
    private static final byte[] KEY_AFTER_LINE = ascii(",\"key\":\"");
    private static final byte[] END_OF_KEY = ascii("\"");
    private static final byte[] END_OF_LINE = ascii("}");
    private static final List<String> OUTER_FIELDS = List.of("key", "count", "sums");

    private final JsonFactory json = new JsonFactory();
    private final JsonStringEncoder strings = JsonStringEncoder.getInstance();
    private final List<String> sumFields;

    /** The bytes before each sum: the end of the previous one, the field's name, and the opening quote. */
    private final byte[][] beforeSum;

    TotalsCodec(List<String> sumFields) {
        this.sumFields = sumFields;
        this.beforeSum = new byte[sumFields.size()][];
        for (int i = 0; i < beforeSum.length; i++) {
            String name = new String(strings.quoteAsUTF8(sumFields.get(i)), StandardCharsets.UTF_8);
            beforeSum[i] = ((i > 0 ? "," : "") + '"' + name + "\":\"").getBytes(StandardCharsets.UTF_8);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int encode(KeyedRecord record, MutableDirectBuffer buffer, int offset) {
        if (!record.isHandled()) {
            return encodeUnhandled(record, buffer, offset);
        }
        int end = put(buffer, offset, KEY);
        end = put(buffer, end, strings.quoteAsUTF8(record.key()));
        end = put(buffer, end, COUNT);
        end += buffer.putLongAscii(end, record.count);
        end = put(buffer, end, SUMS);
        for (int i = 0; i < beforeSum.length; i++) {
            end = put(buffer, end, beforeSum[i]);
            end += buffer.putStringWithoutLengthAscii(end, record.sums[i].toPlainString());
            buffer.putByte(end++, (byte) '"');
        }
        return put(buffer, end, END) - offset;
    }

    private int encodeUnhandled(KeyedRecord record, MutableDirectBuffer buffer, int offset) {
        int end = put(buffer, offset, LINE);
        end += buffer.putLongAscii(end, record.line());
        if (record.key() != null) {
            end = put(buffer, end, KEY_AFTER_LINE);
            end = put(buffer, end, strings.quoteAsUTF8(record.key()));
            end = put(buffer, end, END_OF_KEY);
        }
        return put(buffer, end, END_OF_LINE) - offset;
    }

    private static int put(MutableDirectBuffer buffer, int offset, byte[] bytes) {
        buffer.putBytes(offset, bytes);
        return offset + bytes.length;
    }

    @Override
    public void decode(KeyedRecord record, DirectBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        try (JsonParser parser = json.createParser(bytes)) {
            record.begin(0);
            Arrays.fill(record.sums, null);
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    decodeField(parser, record, bytes);
                }
            }
        } catch (IOException | NumberFormatException e) {
            throw notAResult(bytes, e);
        }
        if (record.key() == null) {
            throw notAResult(bytes, null);
        }
        if (Arrays.asList(record.sums).contains(null)) {
            throw otherSums(bytes);
        }
    }

    private static IllegalArgumentException notAResult(byte[] bytes, Exception cause) {
        return new IllegalArgumentException(
                bytes.length + " bytes are no result of a run: " + Texts.quote(bytes), cause);
    }

    private OtherSumsException otherSums(byte[] result) {
        return new OtherSumsException(sumFields(result) + " were summed up, not " + sumFields);
    }

    /** The result sums up other fields. */
    static final class OtherSumsException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        OtherSumsException(String message) {
            super(message);
        }
    }

    /**
     * Returns the fields that a result sums up, in order.
     *
     * @throws IllegalArgumentException if it is not the result of a run.
     */
    static List<String> sumFields(byte[] result) {
        List<String> fields = new ArrayList<>();
        List<String> outer = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(result)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    boolean isSum = parser.getParsingContext().getParent().hasCurrentName();
                    (isSum ? fields : outer).add(parser.currentName());
                }
            }
        } catch (IOException e) {
            throw notAResult(result, e);
        }
        if (!outer.equals(OUTER_FIELDS)) {
            throw notAResult(result, null);
        }
        return fields;
    }

    private void decodeField(JsonParser parser, KeyedRecord record, byte[] result) throws IOException {
        String name = parser.currentName();
        boolean isSum = parser.getParsingContext().getParent().hasCurrentName();
        JsonToken value = parser.nextToken();
        if (isSum) {
            int sum = sumFields.indexOf(name);
            if (sum < 0) {
                throw otherSums(result);
            }
            record.sums[sum] = new BigDecimal(parser.getText());
        } else if (name.equals("key")) {
            record.key(parser.getText());
        } else if (value == JsonToken.VALUE_NUMBER_INT) {
            record.count = parser.getLongValue();
        }
    }
}
