package dev.braid.engine;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/** Weights that were set while the engine runs, on their way from any thread to the conductor. */
final class WeightChanges {
    private static final int NONE = 0;

    private final WeightedScheduler scheduler;
    private final AtomicIntegerArray weights;
    /** A bit for each group with a request, so that many groups need not be looked at for the change of one. */
    private final AtomicLongArray requested;

    private volatile boolean pending;

    WeightChanges(WeightedScheduler scheduler, int groups) {
        this.scheduler = scheduler;
        this.weights = new AtomicIntegerArray(groups);
        this.requested = new AtomicLongArray((groups + Long.SIZE - 1) / Long.SIZE);
    }

    /** Requests a weight. Of several requests before the next pick, the last one wins. For any thread. */
    void request(int group, int weight) {
        weights.set(group, weight);
        requested.accumulateAndGet(group / Long.SIZE, 1L << group, (bits, bit) -> bits | bit);
        pending = true;
    }

    boolean isPending() {
        return pending;
    }

    /** Applies the requested weights. For the conductor. */
    void apply() {
        pending = false; // First, so that a request that comes meanwhile is seen next time.
        for (int i = 0; i < requested.length(); i++) {
            long bits = requested.get(i) == 0 ? 0 : requested.getAndSet(i, 0);
            for (; bits != 0; bits &= bits - 1) {
                apply(i * Long.SIZE + Long.numberOfTrailingZeros(bits));
            }
        }
    }

    private void apply(int group) {
        int weight = weights.getAndSet(group, NONE);
        if (weight != NONE) {
            scheduler.setWeight(group, weight);
        }
    }
}
