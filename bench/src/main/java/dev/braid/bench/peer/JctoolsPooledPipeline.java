package dev.braid.bench.peer;

import org.jctools.queues.SpscArrayQueue;

/** A {@link JctoolsPipeline} whose records come from a pool, and return to it through another queue. */
final class JctoolsPooledPipeline extends JctoolsPipeline {
    private final SpscArrayQueue<BenchRecord> free = new SpscArrayQueue<>(Setup.QUEUED);

    JctoolsPooledPipeline(Setup setup) {
        super(setup);
        while (free.offer(setup.newRecord())) {
            Thread.onSpinWait(); // Until it is full, so there is always room for records that come back.
        }
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
            offer(Setup.subStreamOf(record, queues.length), record);
        }
    }

    @Override
    void done(BenchRecord record) {
        free.offer(record);
    }
}
