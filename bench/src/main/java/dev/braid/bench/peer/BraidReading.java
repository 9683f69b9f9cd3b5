package dev.braid.bench.peer;

import dev.braid.persistence.JournalReader;
import dev.braid.persistence.ReadOrder;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** Reads Braid's journal in place. */
final class BraidReading implements JournalReading {
    private static final int READ_LIMIT = 1 << 16;

    private final JournalReader reader;
    private long count;
    private long sum;

    BraidReading(Path folder) {
        reader = JournalReader.open(folder, ReadOrder.JOURNAL);
    }

    @Override
    public Fold fold() {
        while (reader.poll(
                        (sequence, subStream, outcome, time, buffer, offset, length) -> add(buffer, offset), READ_LIMIT)
                > 0) {
            Thread.onSpinWait();
        }
        return new Fold(count, sum);
    }

    private void add(DirectBuffer buffer, int offset) {
        sum += BenchRecordCodec.result(buffer, offset);
        count++;
    }

    @Override
    public void close() {
        reader.close();
    }
}
