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
 * sub-streams to recover from, a handler's exception ends the process, and empty queues are looked at, too.
 */
abstract class JctoolsPipeline extends QueuePipeline {
    private static final int MIN_CAPACITY = 16;

    final SpscArrayQueue<BenchRecord>[] queues;
    private final Consumer<BenchRecord>[] handlers;
    private final int[] quanta;

    @SuppressWarnings({"unchecked", "rawtypes"})
    JctoolsPipeline(Setup setup) {
        super(setup);
        int subStreams = setup.subStreams();
        this.quanta = setup.quanta();
        this.queues = new SpscArrayQueue[subStreams];
        this.handlers = new Consumer[subStreams];
        Arrays.setAll(queues, i -> new SpscArrayQueue<>(Math.max(MIN_CAPACITY, Setup.QUEUED / subStreams)));
        Handler[] subStreamHandlers = setup.handlers();
        Arrays.setAll(handlers, i -> record -> {
            subStreamHandlers[i].handle(record);
            sink.onResult(record);
            done(record);
        });
    }

    /** Notes that a record's result is out. For the consumer's thread. */
    abstract void done(BenchRecord record);

    final void offer(int subStream, BenchRecord record) {
        SpscArrayQueue<BenchRecord> queue = queues[subStream];
        while (!queue.offer(record)) {
            Thread.onSpinWait();
        }
    }

    @Override
    final int consume() {
        int count = 0;
        for (int i = 0; i < queues.length; i++) {
            count += queues[i].drain(handlers[i], quanta[i]);
        }
        return count;
    }
}
