package dev.braid.bench.peer;

import com.lmax.disruptor.RingBuffer;

/**
 * Publishes to a bare Disruptor. While there is no room it spins if each thread has a core of its own: sleeping, as the ring does
 * by itself, would cost three quarters of the throughput. With more threads than cores, spinning would cost nine tenths.
 */
final class RingPublisher {
    private final RingBuffer<BenchRecord> ring;
    private final RecordSource source;
    private final int claim;
    private final boolean spins;

    /** @param threads that are busy, this one included. */
    RingPublisher(RingBuffer<BenchRecord> ring, Setup setup, int threads) {
        this.spins = Idle.BUSY_SPIN.among(threads) == Idle.BUSY_SPIN;
        this.ring = ring;
        this.source = setup.source();
        this.claim = setup.claim();
    }

    void publish(long first, int count) {
        long number = first;
        for (int left = count; left > 0; left -= claim) {
            int some = Math.min(left, claim);
            while (spins && !ring.hasAvailableCapacity(some)) {
                Thread.onSpinWait();
            }
            long last = ring.next(some);
            for (long sequence = last - some + 1; sequence <= last; sequence++) {
                source.fill(ring.get(sequence), number++);
            }
            ring.publish(last - some + 1, last);
        }
    }
}
