package dev.braid.command.replay;

import dev.braid.engine.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/** Prints only the number of results. */
final class ResultCount implements ResultWriter {
    private final OutputStream out;
    private long count;

    ResultCount(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(
            long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length) {
        count++;
    }

    /** Does nothing: an incomplete count would be taken for a complete one. */
    @Override
    public void flush() {}

    @Override
    public void end() throws IOException {
        out.write((count + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
