package dev.braid.command.replay;

import dev.braid.command.CodecText;
import dev.braid.command.Console;
import dev.braid.command.Payloads;
import dev.braid.engine.Outcome;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/** Prints the bytes of each result unchanged, and a line end. */
final class RawResults implements ResultWriter {
    private final Payloads payload = new Payloads();
    private final CodecText codec;
    private final OutputStream out;

    /** @param codec turns records into text, {@code null} for none. */
    RawResults(OutputStream out, CodecText codec) {
        this.codec = codec;
        this.out = new BufferedOutputStream(out, Console.BUFFER_SIZE);
    }

    @Override
    public void write(
            long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length)
            throws IOException {
        if (codec != null && outcome == Outcome.PROCESSED) {
            out.write(codec.text(sequence, buffer, offset, length).getBytes(StandardCharsets.UTF_8));
        } else {
            payload.wrap(buffer, offset, length);
            out.write(payload.bytes(), 0, length);
        }
        out.write('\n');
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
