package dev.braid.command.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A buffer over the bytes of the input: it moves along them, and grows with the length of a record. */
final class InputBytes {
    private static final int INITIAL_SIZE = 64 * 1024;

    private final InputStream in;
    private final Runnable beforeRead;

    private byte[] buffer = new byte[INITIAL_SIZE];
    private int limit;
    private boolean atEnd;
    private TrailingBytesException trailing;

    /** @param beforeRead is run before each read of the stream, which may block. */
    InputBytes(InputStream in, Runnable beforeRead) {
        this.in = in;
        this.beforeRead = beforeRead;
    }

    /** Replaced by {@link #fill}. */
    byte[] buffer() {
        return buffer;
    }

    /** Returns the end of the bytes that were read. */
    int limit() {
        return limit;
    }

    /** Whether all was read. */
    boolean isAtEnd() {
        return atEnd;
    }

    /**
     * To be called once all records were found.
     *
     * @throws TrailingBytesException if what follows does not belong to the input.
     */
    void checkEnd() throws TrailingBytesException {
        if (trailing != null) {
            throw trailing;
        }
    }

    /** Discards the bytes that were read from an index on. */
    void drop(int from) {
        limit = from;
    }

    /** Reads more. The bytes from an index on are kept and moved to 0. */
    void fill(int from) throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, limit - from);
            limit -= from;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        beforeRead.run();
        int read = -1;
        try {
            read = in.read(buffer, limit, buffer.length - limit);
        } catch (TrailingBytesException e) {
            trailing = e;
        }
        if (read < 0) {
            atEnd = true;
        } else {
            limit += read;
        }
    }
}
