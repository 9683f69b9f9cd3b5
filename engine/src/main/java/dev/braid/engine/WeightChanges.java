package dev.braid.engine;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Weights that were set while the engine runs, on their way from any thread to the conductor. */
final class WeightChanges {
    private static final int NONE = 0;

    private final WeightedScheduler scheduler;
    private final AtomicIntegerArray weights;
    private volatile boolean pending;

    WeightChanges(WeightedScheduler scheduler, int groups) {
        this.scheduler = scheduler;
        this.weights = new AtomicIntegerArray(groups);
    }

    /** Requests a weight. Of several requests before the next pick, the last one wins. For any thread. */
    void request(int group, int weight) {
        weights.set(group, weight);
        pending = true;
    }

    boolean isPending() {
        return pending;
    }

    /** Applies the requested weights. For the conductor. */
    void apply() {
        pending = false; // First, so that a request that comes meanwhile is seen next time.
        for (int group = 0; group < weights.length(); group++) {
            int weight = weights.getAndSet(group, NONE);
            if (weight != NONE) {
                scheduler.setWeight(group, weight);
            }
        }
    }
}
