package dev.braid.bench.peer;

import com.lmax.disruptor.EventHandler;

/** The work of all pipelines: reads all of a record and returns a running sum. One for each sub-stream. */
final class Handler implements EventHandler<BenchRecord> {
    private long sum;

    static long valueOf(BenchRecord record) {
        long value = record.value;
        for (long word : record.payload) {
            value += word;
        }
        return value;
    }

    @Override
    public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) {
        handle(record);
    }

    void handle(BenchRecord record) {
        sum += valueOf(record);
        record.result = sum;
    }
}
