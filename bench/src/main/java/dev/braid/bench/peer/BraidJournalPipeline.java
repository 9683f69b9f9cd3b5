package dev.braid.bench.peer;

import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.JournalReader;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.ReadOrder;
import java.util.List;
import org.agrona.DirectBuffer;

/** Braid with its journal: frames with checksums, sequences and low watermarks, written by the engine's thread. */
final class BraidJournalPipeline implements JournaledPipeline {
    private static final int READ_LIMIT = 1 << 16;

    private final Setup setup;
    private final JournalWriter<BenchRecord> writer;
    private final BraidPipeline braid;

    BraidJournalPipeline(Setup setup) {
        this.setup = setup;
        List<HandlerGroup<BenchRecord>> groups = BraidPipeline.groups(setup);
        this.writer = JournalWriter.builder(setup.work(), new BenchRecordCodec())
                .groups(groups)
                .open();
        this.braid = new BraidPipeline(setup, groups, writer);
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
        Adder adder = new Adder();
        try (JournalReader reader = JournalReader.open(setup.work(), ReadOrder.JOURNAL)) {
            while (reader.poll(
                            (sequence, subStream, outcome, time, buffer, offset, length) -> adder.add(buffer, offset),
                            READ_LIMIT)
                    > 0) {
                Thread.onSpinWait();
            }
        }
        return adder.fold();
    }

    private static final class Adder {
        private long count;
        private long sum;

        void add(DirectBuffer buffer, int offset) {
            sum += BenchRecordCodec.result(buffer, offset);
            count++;
        }

        Fold fold() {
            return new Fold(count, sum);
        }
    }

    @Override
    public void close() {
        braid.close();
        writer.close();
    }
}
