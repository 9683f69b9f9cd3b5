package dev.braid.persistence.command;

import dev.braid.engine.Outcome;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.agrona.DirectBuffer;

/** The bytes of each result, and a line end. */
final class RawResults implements ResultWriter {
    static final int BUFFER_SIZE = 256 * 1024;

    private final OutputStream out;
    private byte[] bytes = new byte[BUFFER_SIZE];

    RawResults(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_SIZE);
    }

    @Override
    public void write(
            long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length)
            throws IOException {
        if (bytes.length < length) {
            bytes = new byte[2 * length];
        }
        buffer.getBytes(offset, bytes, 0, length);
        out.write(bytes, 0, length);
        out.write('\n');
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
