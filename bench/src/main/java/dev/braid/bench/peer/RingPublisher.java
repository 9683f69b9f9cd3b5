package dev.braid.bench.peer;

import com.lmax.disruptor.RingBuffer;

/** Publishes to a bare Disruptor. */
final class RingPublisher {
    private final RingBuffer<BenchRecord> ring;
    private final RecordSource source;
    private final int claim;

    RingPublisher(RingBuffer<BenchRecord> ring, Setup setup) {
        this.ring = ring;
        this.source = setup.source();
        this.claim = setup.claim();
    }

    void publish(long first, int count) {
        long number = first;
        for (int left = count; left > 0; left -= claim) {
            int some = Math.min(left, claim);
            long last = ring.next(some);
            for (long sequence = last - some + 1; sequence <= last; sequence++) {
                source.fill(ring.get(sequence), number++);
            }
            ring.publish(last - some + 1, last);
        }
    }
}
