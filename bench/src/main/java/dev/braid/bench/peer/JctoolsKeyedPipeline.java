package dev.braid.bench.peer;

import java.util.Arrays;
import org.jctools.queues.MessagePassingQueue.Consumer;
import org.jctools.queues.SpscArrayQueue;

/**
 * The same as {@link JctoolsPipeline} where the publisher knows the sub-stream before it has a record, which saves the way
 * back: each queue has records of its own, and that it has taken one more says that an old one is free. This relies on
 * {@code drain} being done with a record before it takes the next one, as it is though it is nowhere promised.
 */
final class JctoolsKeyedPipeline extends QueuePipeline {
    private final int mask;
    private final SpscArrayQueue<BenchRecord>[] queues;
    private final RecycledRecords<BenchRecord>[] records;
    private final Consumer<BenchRecord>[] handlers;
    private final int[] quanta;

    @SuppressWarnings({"unchecked", "rawtypes"})
    JctoolsKeyedPipeline(Setup setup) {
        super(setup);
        int subStreams = setup.subStreams();
        this.mask = subStreams - 1;
        this.quanta = setup.quanta();
        this.queues = new SpscArrayQueue[subStreams];
        this.records = new RecycledRecords[subStreams];
        this.handlers = new Consumer[subStreams];
        Arrays.setAll(queues, i -> new SpscArrayQueue<>(Math.max(16, Setup.QUEUED / subStreams)));
        Arrays.setAll(records, i -> new RecycledRecords<>(queues[i].capacity(), setup::newRecord));
        Handler[] subStreamHandlers = setup.handlers();
        Arrays.setAll(handlers, i -> record -> {
            subStreamHandlers[i].handle(record);
            sink.onResult(record);
        });
        start();
    }

    @Override
    public void publish(long first, int count) {
        for (long number = first; number < first + count; number++) {
            int subStream = (int) source.keyOf(number) & mask;
            BenchRecord record = records[subStream].next();
            source.fill(record, number);
            SpscArrayQueue<BenchRecord> queue = queues[subStream];
            while (!queue.offer(record)) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    int consume() {
        int count = 0;
        for (int i = 0; i < queues.length; i++) {
            count += queues[i].drain(handlers[i], quanta[i]);
        }
        return count;
    }
}
