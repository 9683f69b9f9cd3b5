package dev.braid.persistence.command;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.braid.engine.Outcome;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * A JSON object per result and line. What a handler wrote is embedded byte by byte if it is a JSON object itself, else
 * in Base64. A generator of JSON would have to be given it as text.
 */
final class JsonResults implements ResultWriter {
    private static final byte[] SEQUENCE = ascii("{\"sequence\":");
    private static final byte[] SUB_STREAM = ascii(",\"subStream\":");
    private static final byte[] GROUP = ascii(",\"group\":");
    private static final byte[] OUTCOME = ascii(",\"outcome\":\"");
    private static final byte[] END_OF_OUTCOME = ascii("\"");
    private static final byte[] RESULT = ascii(",\"result\":");
    private static final byte[] PAYLOAD = ascii(",\"payload\":");
    private static final byte[] REASON = ascii(",\"reason\":");
    private static final byte[] END = ascii("}\n");
    private static final byte[] NO_GROUP = ascii("null");

    private final JsonStringEncoder strings = JsonStringEncoder.getInstance();
    private final Map<String, byte[]> groups = new HashMap<>();
    private final Payloads payload = new Payloads();
    private final ExpandableArrayBuffer line = new ExpandableArrayBuffer();
    private final OutputStream out;

    JsonResults(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_SIZE);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void write(
            long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length)
            throws IOException {
        int end = put(0, SEQUENCE);
        end += line.putLongAscii(end, sequence);
        end = put(end, SUB_STREAM);
        end += line.putIntAscii(end, subStream);
        end = put(end, GROUP);
        end = put(end, group == null ? NO_GROUP : groups.computeIfAbsent(group, this::quoted));
        end = put(end, OUTCOME);
        end += line.putStringWithoutLengthAscii(end, outcome.name());
        end = put(end, END_OF_OUTCOME);
        payload.wrap(buffer, offset, length);
        if (outcome == Outcome.FAILED) {
            end = put(put(end, REASON), quoted(payload.text()));
        } else if (outcome == Outcome.PROCESSED && payload.isJsonObject()) {
            end = put(end, RESULT);
            line.putBytes(end, payload.bytes(), 0, payload.length());
            end += payload.length();
        } else if (outcome == Outcome.PROCESSED) {
            end = put(put(end, PAYLOAD), quoted(payload.base64()));
        }
        end = put(end, END);
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
