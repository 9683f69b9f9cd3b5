package dev.braid.bench.peer;

import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * A {@link PriorityBlockingQueue} as a weighted fair queue: the publisher stamps each record with the virtual time at which
 * its sub-stream is due to be served with it, and the least stamp leaves first. The queue knows no bound, so that permits
 * keep one.
 * <p>
 * Less than Braid: a new object for each record, shares are of records and never of time, a weight holds for what is
 * published after it only, no bounds by group, no low watermark, and a handler's exception ends the process.
 */
final class PriorityBlockingQueuePipeline extends QueuePipeline {
    private static final double HEAVIEST = 1 << 20;

    private final PriorityBlockingQueue<Stamped> queue = new PriorityBlockingQueue<>(Setup.QUEUED);
    private final Semaphore room = new Semaphore(Setup.QUEUED);
    private final Setup setup;
    private final Handler[] handlers;
    private final double[] steps;
    /** By sub-stream: the stamp of its newest record. */
    private final double[] newest;

    private volatile double now;

    private record Stamped(double time, long number, BenchRecord record) implements Comparable<Stamped> {
        @Override
        public int compareTo(Stamped other) {
            int order = Double.compare(time, other.time);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    PriorityBlockingQueuePipeline(Setup setup) {
        super(setup);
        this.setup = setup;
        this.handlers = setup.handlers();
        this.newest = new double[setup.subStreams()];
        this.steps = new double[setup.subStreams()];
        int[] quanta = setup.quanta();
        for (int i = 0; i < steps.length; i++) {
            steps[i] = HEAVIEST / quanta[i];
        }
        start();
    }

    @Override
    public void publish(long first, int count) {
        int claim = setup.claim();
        for (long number = first; number < first + count; number++) {
            if ((number - first) % claim == 0) {
                room.acquireUninterruptibly((int) Math.min(claim, first + count - number));
            }
            BenchRecord record = setup.newRecord();
            source.fill(record, number);
            int subStream = Setup.subStreamOf(record, handlers.length);
            newest[subStream] = Math.max(newest[subStream], now) + steps[subStream];
            queue.offer(new Stamped(newest[subStream], number, record));
        }
    }

    @Override
    int consume() {
        int count = 0;
        Stamped next = null;
        Stamped last = null;
        while (count < Setup.ROUND && (next = queue.poll()) != null) {
            BenchRecord record = next.record();
            handlers[Setup.subStreamOf(record, handlers.length)].handle(record);
            sink.onResult(record);
            last = next;
            count++;
        }
        if (last != null) {
            now = last.time();
            room.release(count);
        }
        return count;
    }
}
