package dev.braid.command.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Converts text in another charset to UTF-8. Bytes that cannot be decoded become the byte 0xFF, which does not occur in
 * UTF-8.
 */
final class Utf8Stream extends InputStream {
    private static final int SIZE = 16 * 1024;
    private static final byte INVALID = (byte) 0xFF;

    private final InputStream in;
    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder =
            StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT);
    private final ByteBuffer packed = ByteBuffer.allocate(SIZE).flip();
    private final CharBuffer chars = CharBuffer.allocate(SIZE);
    /** Room for at least three bytes for each character, and one for an invalid byte. */
    private final ByteBuffer utf8 = ByteBuffer.allocate(4 * SIZE).flip();

    private boolean needsMore = true;
    private boolean atEnd;
    private boolean isFlushed;

    Utf8Stream(InputStream in, Charset charset) {
        this.in = in;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read() throws IOException {
        return fill() ? utf8.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, utf8.remaining());
        utf8.get(bytes, offset, count);
        return count;
    }

    /** Whether there are more bytes. */
    private boolean fill() throws IOException {
        while (!utf8.hasRemaining() && !isFlushed) {
            if (needsMore && !atEnd) {
                readPacked();
            }
            decode();
        }
        return utf8.hasRemaining();
    }

    private void readPacked() throws IOException {
        packed.compact();
        int read = in.read(packed.array(), packed.position(), packed.remaining());
        atEnd = read < 0;
        packed.position(packed.position() + Math.max(0, read)).flip();
    }

    private void decode() {
        utf8.clear();
        chars.clear();
        CoderResult result = decoder.decode(packed, chars, atEnd);
        needsMore = result.isUnderflow();
        if (result.isUnderflow() && atEnd) {
            isFlushed = decoder.flush(chars).isUnderflow();
        }
        encode();
        if (result.isError()) {
            packed.position(packed.position() + result.length());
            utf8.put(INVALID);
        }
        utf8.flip();
    }

    /** Encodes everything that was decoded. A half of a surrogate pair, which a decoder lets pass, cannot be encoded. */
    private void encode() {
        chars.flip();
        encoder.reset();
        CoderResult result = encoder.encode(chars, utf8, true);
        while (result.isError()) {
            chars.position(chars.position() + result.length());
            utf8.put(INVALID);
            result = encoder.encode(chars, utf8, true);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
