package dev.braid.command.input;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/**
 * Looks at the first bytes of a stream without consuming them. It waits for no more bytes than are needed to tell one
 * beginning from another: a pipe may deliver a short line, and then nothing for a long time.
 */
final class FirstBytes {
    private static final int SIZE = 64 * 1024;

    private final InputStream in;
    private final byte[] bytes = new byte[SIZE];
    private int length;
    private boolean atEnd;
    private IOException failure;

    FirstBytes(InputStream in) {
        this.in = in;
    }

    boolean startWith(byte[] beginning) {
        while (length < beginning.length && startAlike(beginning) && read()) {
            // Then there are more to compare.
        }
        return length >= beginning.length && startAlike(beginning);
    }

    private boolean startAlike(byte[] beginning) {
        int common = Math.min(length, beginning.length);
        return Arrays.equals(bytes, 0, common, beginning, 0, common);
    }

    private boolean read() {
        try {
            int read = atEnd ? -1 : in.read(bytes, length, bytes.length - length);
            atEnd = read < 0;
            length += Math.max(0, read);
        } catch (IOException e) {
            atEnd = true;
            failure = e; // What was read before is good.
        }
        return !atEnd;
    }

    /** Whether the bytes that were read so far have these bytes at an index. */
    boolean haveAt(int index, byte[] part) {
        return index + part.length <= length && Arrays.equals(bytes, index, index + part.length, part, 0, part.length);
    }

    /** Returns the first line, as far as it was read. */
    byte[] firstLine() {
        int end = 0;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }

    /** Returns the stream without its first bytes. No further look is possible. */
    InputStream stream(int skipped) {
        InputStream first = new ByteArrayInputStream(bytes, skipped, length - skipped);
        InputStream rest = failure == null ? in : new FailedStream();
        return new BufferedInputStream(new SequenceInputStream(first, rest), SIZE);
    }

    /** The rest of a stream that could not be read. */
    private final class FailedStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw failure;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
