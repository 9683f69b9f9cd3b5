package dev.braid.command.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Divides bytes into lines, which end with LF or CR LF. Unlike {@code BufferedReader} it gives bytes, for parsers that
 * want them, and bounds the length of a line, for inputs without line ends. A byte order mark at the start is skipped.
 */
final class LineReader {
    /** Default bound on a line's length in bytes. */
    static final int DEFAULT_MAX_LENGTH = 16 * 1024 * 1024;

    private static final int INITIAL_SIZE = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final Runnable beforeRead;
    private final int maxLength;

    private byte[] buffer = new byte[INITIAL_SIZE];
    private int next;
    private int limit;
    private boolean atEnd;

    private int start;
    private int length;
    private boolean tooLong;
    private boolean carriageReturn;
    private long lineNumber;

    /**
     * @param beforeRead is run before each read of the stream, which may block.
     * @param maxLength  of a line, in bytes.
     */
    LineReader(InputStream in, Runnable beforeRead, int maxLength) {
        this.in = in;
        this.beforeRead = beforeRead;
        this.maxLength = maxLength;
    }

    /** Goes to the next line, and returns whether there is one. An empty rest after the last line end is no line. */
    boolean next() throws IOException {
        tooLong = false;
        start = next;
        int end = find();
        while (end < 0 && !atEnd) {
            if (limit - start > maxLength) {
                tooLong = true;
                limit = start; // Drop what there is of it, and what is to come.
                next = start;
            }
            fill();
            end = find();
        }
        if (end < 0) {
            if (limit == start && !tooLong) {
                return false;
            }
            end = limit;
            next = limit;
        } else {
            next = end + 1;
        }
        length = end - start;
        carriageReturn = length > 0 && buffer[end - 1] == '\r' && next > end;
        if (carriageReturn) {
            length--;
        }
        tooLong |= length > maxLength;
        if (lineNumber++ == 0 && Arrays.equals(buffer, start, start + Math.min(length, 3), BYTE_ORDER_MARK, 0, 3)) {
            start += 3;
            length -= 3;
        }
        return true;
    }

    /** Where the line that begins at {@code start} ends, or -1. Looks at each byte once. */
    private int find() {
        byte[] bytes = buffer;
        for (int i = next; i < limit; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        next = limit;
        return -1;
    }

    private void fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, limit - start);
            limit -= start;
            next -= start;
            start = 0;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        beforeRead.run();
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            atEnd = true;
        } else {
            limit += read;
        }
    }

    /** Number of the present line, from 1. */
    long lineNumber() {
        return lineNumber;
    }

    /** Whether the line is longer than the bound; then there are only some bytes of it, or none. */
    boolean isTooLong() {
        return tooLong;
    }

    String tooLongReason() {
        return "longer than " + maxLength + " bytes";
    }

    /** Whether the line ended with CR LF, and not only with LF. */
    boolean endsWithCarriageReturn() {
        return carriageReturn;
    }

    /** Holds the present line, without its end, until {@link #next()}. */
    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return start;
    }

    int length() {
        return length;
    }

    /** The line, with replacement characters for what is not UTF-8. */
    String text() {
        return new String(buffer, start, length, StandardCharsets.UTF_8);
    }
}
