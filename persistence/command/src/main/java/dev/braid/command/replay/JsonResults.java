package dev.braid.command.replay;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.braid.command.CodecText;
import dev.braid.command.Console;
import dev.braid.command.Payloads;
import dev.braid.engine.Outcome;
import dev.braid.persistence.RefusedRecord;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Prints a JSON object for each result, on a line of its own. A payload that is itself a JSON object is embedded byte by
 * byte, any other in Base64. A JSON generator would need it as text.
 */
final class JsonResults implements ResultWriter {
    private static final byte[] SEQUENCE = ascii("{\"sequence\":");
    private static final byte[] SUB_STREAM = ascii(",\"subStream\":");
    private static final byte[] GROUP = ascii(",\"group\":");
    private static final byte[] OUTCOME = ascii(",\"outcome\":\"");
    private static final byte[] END_OF_OUTCOME = ascii("\"");
    private static final byte[] RESULT = ascii(",\"result\":");
    private static final byte[] RECORD = ascii(",\"record\":");
    private static final byte[] PAYLOAD = ascii(",\"payload\":");
    private static final byte[] REASON = ascii(",\"reason\":");
    private static final byte[] END = ascii("}\n");
    private static final byte[] NO_GROUP = ascii("null");

    private final JsonStringEncoder strings = JsonStringEncoder.getInstance();
    private final Map<String, byte[]> groups = new HashMap<>();
    private final Payloads payload = new Payloads();
    private final ExpandableArrayBuffer line = new ExpandableArrayBuffer();
    private final CodecText codec;
    private final OutputStream out;

    /** @param codec turns records into text, {@code null} for none. */
    JsonResults(OutputStream out, CodecText codec) {
        this.codec = codec;
        this.out = new BufferedOutputStream(out, Console.BUFFER_SIZE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void write(
            long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length)
            throws IOException {
        int end = begin(sequence, subStream, group, outcome);
        if (outcome == Outcome.PROCESSED) {
            end = putRecord(end, RESULT, sequence, buffer, offset, length);
        }
        end(end);
    }

    @Override
    public void writeRefused(long sequence, int subStream, String group, Outcome outcome, RefusedRecord refused)
            throws IOException {
        int end = begin(sequence, subStream, group, outcome);
        if (outcome == Outcome.FAILED || refused.reasonLength() > 0) {
            payload.wrap(refused.buffer(), refused.reasonOffset(), refused.reasonLength());
            end = put(put(end, REASON), quoted(payload.text()));
        }
        if (refused.isKept()) {
            end = putRecord(end, RECORD, sequence, refused.buffer(), refused.recordOffset(), refused.recordLength());
        }
        end(end);
    }

    private int begin(long sequence, int subStream, String group, Outcome outcome) {
        int end = put(0, SEQUENCE);
        end += line.putLongAscii(end, sequence);
        end = put(end, SUB_STREAM);
        end += line.putIntAscii(end, subStream);
        end = put(end, GROUP);
        end = put(end, group == null ? NO_GROUP : groups.computeIfAbsent(group, this::quoted));
        end = put(end, OUTCOME);
        end += line.putStringWithoutLengthAscii(end, outcome.name());
        return put(end, END_OF_OUTCOME);
    }

    /** Adds the record as text by the codec; without one as a field of this name, if it is a JSON object. */
    private int putRecord(int index, byte[] name, long sequence, DirectBuffer buffer, int offset, int length) {
        if (codec != null) {
            return put(put(index, RECORD), quoted(codec.text(sequence, buffer, offset, length)));
        }
        payload.wrap(buffer, offset, length);
        if (!payload.isJsonObject()) {
            return put(put(index, PAYLOAD), quoted(payload.base64()));
        }
        int end = put(index, name);
        line.putBytes(end, payload.bytes(), 0, payload.length());
        return end + payload.length();
    }

    private void end(int index) throws IOException {
        int end = put(index, END); // Before the array is asked for, which it may replace.
        out.write(line.byteArray(), 0, end);
    }

    private int put(int index, byte[] bytes) {
        line.putBytes(index, bytes);
        return index + bytes.length;
    }

    private byte[] quoted(String text) {
        byte[] escaped = strings.quoteAsUTF8(text);
        byte[] quoted = new byte[escaped.length + 2];
        quoted[0] = '"';
        System.arraycopy(escaped, 0, quoted, 1, escaped.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
