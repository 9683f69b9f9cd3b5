package dev.braid.bench.peer;

import java.util.Arrays;
import org.jctools.queues.MessagePassingQueue.Consumer;
import org.jctools.queues.SpscArrayQueue;

/**
 * A JCTools queue for each sub-stream, and weighted round robin over them: what a team builds that has no Braid.
 * <pre>
 *             ┌─▶ SpscArrayQueue 0 ─┐
 *  publisher ─┼─▶        …          ├─▶ consumer: up to its quantum from each in turn
 *             └─▶ SpscArrayQueue n ─┘
 * </pre>
 * Less than Braid: shares are of records and never of time, only one publisher, no low watermark and no order across
 * sub-streams to recover from, a handler's exception ends the process, and empty queues are looked at, too. The publisher
 * must know the sub-stream before it fills the record.
 */
final class JctoolsPipeline extends QueuePipeline {
    private final int mask;
    private final SpscArrayQueue<BenchRecord>[] queues;
    private final RecycledRecords<BenchRecord>[] records;
    private final Consumer<BenchRecord>[] handlers;
    private final int[] quanta;

    @SuppressWarnings({"unchecked", "rawtypes"})
    JctoolsPipeline(Setup setup) {
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
