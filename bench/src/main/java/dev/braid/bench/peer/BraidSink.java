package dev.braid.bench.peer;

import dev.braid.engine.Outcome;
import dev.braid.persistence.Durability;
import dev.braid.persistence.JournalWriter;
import java.nio.file.Path;
import java.time.Duration;

/** Braid's journal, written by a thread that has results, without an engine. */
final class BraidSink implements JournalSink {
    private static final int SUB_STREAMS = 8;

    /** Limit on results that are ahead of those on disk, so that memory is bounded, as it is in an engine. */
    private static final long MAX_IN_FLIGHT = 1 << 16;

    private static final long TIMEOUT_S = 60;

    private final Durability durability;
    private final JournalWriter<BenchRecord> writer;
    private long next;
    private volatile long forces;

    BraidSink(Path folder, Durability durability) {
        this.durability = durability;
        this.writer = JournalWriter.builder(folder, new BenchRecordCodec())
                .durability(durability)
                .segmentSize(JournalCandidate.FILE_SIZE)
                .onDurable(sequence -> forces++)
                .open();
    }

    @Override
    public void onStart() {
        writer.onStart();
    }

    @Override
    public void onResult(BenchRecord record) {
        writer.onResult(record, next, (int) next & (SUB_STREAMS - 1), Outcome.PROCESSED, null);
        next++;
    }

    @Override
    public void onBatchEnd() {
        writer.onBatchEnd(next - 1);
        if (durability == Durability.DISK && next - writer.durableSequence() > MAX_IN_FLIGHT) {
            awaitDurable(next - MAX_IN_FLIGHT);
        }
    }

    @Override
    public void awaitWritten() {
        if (durability == Durability.DISK) {
            awaitDurable(next - 1);
        }
    }

    private void awaitDurable(long sequence) {
        try {
            if (!writer.awaitDurable(sequence, Duration.ofSeconds(TIMEOUT_S))) {
                throw new IllegalStateException("sequence " + sequence + " was not on disk after " + TIMEOUT_S + " s");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long forces() {
        return durability == Durability.DISK ? forces : 0;
    }

    @Override
    public void close() {
        writer.onShutdown();
    }

    @Override
    public void release() {
        writer.close();
        ExcerptSink.unmap(); // A segment is a Chronicle Queue, too.
    }
}
