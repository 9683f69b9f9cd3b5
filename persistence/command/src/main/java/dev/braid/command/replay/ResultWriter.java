package dev.braid.command.replay;

import dev.braid.engine.Outcome;
import dev.braid.persistence.RefusedRecord;
import java.io.IOException;
import org.agrona.DirectBuffer;

/** Writes results for {@code replay} in one of its formats. Nothing is flushed before the end. */
interface ResultWriter {
    /** @param group its name, or {@code null} if the record had none. */
    void write(long sequence, int subStream, String group, Outcome outcome, DirectBuffer buffer, int offset, int length)
            throws IOException;

    /** Writes a result that has a reason, and perhaps the record. */
    default void writeRefused(long sequence, int subStream, String group, Outcome outcome, RefusedRecord refused)
            throws IOException {
        write(sequence, subStream, group, outcome, refused.buffer(), refused.reasonOffset(), refused.reasonLength());
    }

    /** Writes everything that was held back so far. */
    void flush() throws IOException;

    /** There are no more results. */
    default void end() throws IOException {
        flush();
    }
}
