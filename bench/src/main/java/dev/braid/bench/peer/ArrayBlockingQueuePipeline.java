package dev.braid.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * One {@link ArrayBlockingQueue} for everything.
 * <p>
 * Less than Braid: first come, first served; no weights, no bounds by group, no low watermark, and a handler's exception
 * ends the process. More: any number of publishers.
 */
final class ArrayBlockingQueuePipeline extends QueuePipeline {
    private final ArrayBlockingQueue<BenchRecord> queue = new ArrayBlockingQueue<>(Setup.QUEUED);
    private final List<BenchRecord> batch = new ArrayList<>(Setup.ROUND);
    private final RecycledRecords<BenchRecord> records;
    private final Handler[] handlers;

    ArrayBlockingQueuePipeline(Setup setup) {
        super(setup);
        this.records = new RecycledRecords<>(Setup.QUEUED + Setup.ROUND, setup::newRecord);
        this.handlers = setup.handlers();
        start();
    }

    @Override
    public void publish(long first, int count) {
        for (long number = first; number < first + count; number++) {
            BenchRecord record = records.next();
            source.fill(record, number);
            while (!queue.offer(record)) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    int consume() {
        int count = queue.drainTo(batch, Setup.ROUND); // One lock for all of them.
        for (int i = 0; i < count; i++) {
            BenchRecord record = batch.get(i);
            handlers[Setup.subStreamOf(record, handlers.length)].handle(record);
            sink.onResult(record);
        }
        batch.clear();
        return count;
    }
}
