package dev.braid.bench.peer;

import java.util.Arrays;
import org.jctools.queues.MessagePassingQueue.Consumer;
import org.jctools.queues.SpscArrayQueue;

/**
 * A JCTools queue for each sub-stream, and weighted round robin over them: what a team builds that has no Braid. Records
 * come from a pool, and go back to it through another queue.
 * <pre>
 *             ┌─▶ SpscArrayQueue 0 ─┐
 *  publisher ─┼─▶        …          ├─▶ consumer: up to its quantum from each in turn
 *      ▲      └─▶ SpscArrayQueue n ─┘       │
 *      └──────────── SpscArrayQueue ◀───────┘
 * </pre>
 * Less than Braid: shares are of records and never of time, only one publisher, no low watermark and no order across
 * sub-streams to recover from, a handler's exception ends the process, and empty queues are looked at, too.
 */
final class JctoolsPipeline extends QueuePipeline {
    private final SpscArrayQueue<BenchRecord>[] queues;
    private final SpscArrayQueue<BenchRecord> free;
    private final Consumer<BenchRecord>[] handlers;
    private final int[] quanta;

    @SuppressWarnings({"unchecked", "rawtypes"})
    JctoolsPipeline(Setup setup) {
        super(setup);
        int subStreams = setup.subStreams();
        this.quanta = setup.quanta();
        this.queues = new SpscArrayQueue[subStreams];
        this.handlers = new Consumer[subStreams];
        this.free = new SpscArrayQueue<>(Setup.QUEUED);
        while (free.offer(setup.newRecord())) {
            Thread.onSpinWait(); // Until it is full: so there is always room for what comes back.
        }
        Arrays.setAll(queues, i -> new SpscArrayQueue<>(Math.max(16, Setup.QUEUED / subStreams)));
        Handler[] subStreamHandlers = setup.handlers();
        Arrays.setAll(handlers, i -> record -> {
            subStreamHandlers[i].handle(record);
            sink.onResult(record);
            free.offer(record);
        });
        start();
    }

    @Override
    public void publish(long first, int count) {
        for (long number = first; number < first + count; number++) {
            BenchRecord record;
            while ((record = free.relaxedPoll()) == null) {
                Thread.onSpinWait();
            }
            source.fill(record, number);
            SpscArrayQueue<BenchRecord> queue = queues[Setup.subStreamOf(record, queues.length)];
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
