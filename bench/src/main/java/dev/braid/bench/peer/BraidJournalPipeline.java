package dev.braid.bench.peer;

import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.JournalWriter;
import java.util.List;

/** Braid with its journal: frames with checksums, sequences and low watermarks, written by the engine's thread. */
final class BraidJournalPipeline implements JournaledPipeline {
    private final Setup setup;
    private final JournalWriter<BenchRecord> writer;
    private final BraidPipeline braid;

    BraidJournalPipeline(Setup setup) {
        this.setup = setup;
        List<HandlerGroup<BenchRecord>> groups = BraidPipeline.groups(setup);
        this.writer = JournalWriter.builder(setup.work(), new BenchRecordCodec())
                .groups(groups)
                .open();
        this.braid = new BraidPipeline(setup, groups, writer, BraidPipeline.SHARED_THREADS, builder -> {});
    }

    @Override
    public void publish(long first, int count) {
        braid.publish(first, count);
    }

    @Override
    public long completed() {
        return braid.completed();
    }

    @Override
    public Fold readBack() {
        try (JournalReading reading = new BraidReading(setup.work())) {
            return reading.fold();
        }
    }

    @Override
    public void close() {
        braid.close();
        writer.close();
    }
}
