package dev.braid.bench.peer;

import java.util.Arrays;

/**
 * A {@link JctoolsPipeline} whose publisher knows the sub-stream before it has a record, which saves the way back: each queue has
 * records of its own, and the fact that it has taken another one shows that an old one is free. This relies on {@code drain}
 * finishing a record before it takes the next one, which it does although no documentation promises it.
 */
final class JctoolsKeyedPipeline extends JctoolsPipeline {
    private final RecycledRecords<BenchRecord>[] records;

    @SuppressWarnings({"unchecked", "rawtypes"})
    JctoolsKeyedPipeline(Setup setup) {
        super(setup);
        this.records = new RecycledRecords[queues.length];
        Arrays.setAll(records, i -> new RecycledRecords<>(queues[i].capacity(), setup::newRecord));
        start();
    }

    @Override
    public void publish(long first, int count) {
        int mask = queues.length - 1;
        for (long number = first; number < first + count; number++) {
            int subStream = (int) source.keyOf(number) & mask;
            BenchRecord record = records[subStream].next();
            source.fill(record, number);
            offer(subStream, record);
        }
    }

    @Override
    void done(BenchRecord record) {
        // It becomes free with the next one that is taken.
    }
}
