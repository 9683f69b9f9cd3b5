package dev.braid.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.agrona.DirectBuffer;

/** Detects the format of a result's bytes, which any codec may have written. */
public final class Payloads {
    private static final int INITIAL_SIZE = 4 * 1024;

    private final JsonFactory json = new JsonFactory();
    private byte[] bytes = new byte[INITIAL_SIZE];
    private int length;

    /** Takes the bytes of the next result. */
    public void wrap(DirectBuffer buffer, int offset, int length) {
        if (bytes.length < length) {
            bytes = new byte[2 * length];
        }
        buffer.getBytes(offset, bytes, 0, length);
        this.length = length;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /**
     * Whether the bytes are one JSON object in UTF-8. If so, they are joined to one line: the line ends that JSON allows
     * between tokens become blanks.
     */
    public boolean isJsonObject() {
        if (length < 2 || bytes[0] != '{') {
            return false;
        }
        boolean ascii = true;
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b == 0) {
                return false; // Perhaps JSON in UTF-16, which the parser would recognise.
            }
            ascii &= b > 0;
        }
        if (!parsesAsObject() || !ascii && utf8() == null) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                bytes[i] = ' ';
            }
        }
        return true;
    }

    private boolean parsesAsObject() {
        try (JsonParser parser = json.createParser(bytes, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** The bytes as text, or {@code null} if they are not UTF-8. */
    public String utf8() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The bytes as text, with replacement characters for what is not UTF-8. */
    public String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    }
}
