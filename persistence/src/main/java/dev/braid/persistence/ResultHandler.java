package dev.braid.persistence;

import dev.braid.engine.Outcome;
import org.agrona.DirectBuffer;

/** Receives results that a {@link JournalReader} reads, on the thread that polls. */
@FunctionalInterface
public interface ResultHandler {
    /**
     * Receives one result. An exception from it passes through {@link JournalReader#poll}; the result counts as delivered, and the
     * next poll goes on after it.
     *
     * @param sequence    place in ingest order.
     * @param subStream   the id of its sub-stream, or {@link dev.braid.engine.Partitioner#NO_SUB_STREAM} if it had none.
     * @param outcome     outcome of the record.
     * @param frameTimeNs time at which its frame was written, in nanoseconds since 1970-01-01T00:00Z.
     * @param buffer      holds the payload: for {@link Outcome#PROCESSED} what the {@link RecordCodec} wrote; for others,
     *                    unless {@link #onRefused} is implemented, the reason as UTF-8, which only
     *                    {@link Outcome#FAILED} always has. Only valid during the call.
     * @param offset      offset in bytes at which the payload begins.
     * @param length      length of the payload in bytes.
     */
    void onResult(
            long sequence,
            int subStream,
            Outcome outcome,
            long frameTimeNs,
            DirectBuffer buffer,
            int offset,
            int length);

    /**
     * Receives one result of a record that was refused, {@link Outcome#FAILED} or {@link Outcome#SHED}: for those who want to know
     * which record that was. By default it goes to {@link #onResult}, with the reason as its payload. What this throws is
     * treated as what that throws.
     *
     * @param sequence    place in ingest order.
     * @param subStream   the id of its sub-stream, or {@link dev.braid.engine.Partitioner#NO_SUB_STREAM} if it had none.
     * @param outcome     outcome of the record.
     * @param frameTimeNs time at which its frame was written, in nanoseconds since 1970-01-01T00:00Z.
     * @param refused     the reason, and the record if it was kept. Only valid during the call.
     */
    default void onRefused(long sequence, int subStream, Outcome outcome, long frameTimeNs, RefusedRecord refused) {
        onResult(
                sequence,
                subStream,
                outcome,
                frameTimeNs,
                refused.buffer(),
                refused.reasonOffset(),
                refused.reasonLength());
    }
}
