package dev.braid.engine;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Weights that were set while the engine runs, on their way from any thread to the conductor. Weights that are requested together
 * are applied together, between two picks.
 */
final class WeightChanges {
    private static final int NONE = 0;

    private final WeightedScheduler scheduler;
    /** The conductor does not wait for it: while a request is being made, it goes on with the weights that it has. */
    private final Lock lock = new ReentrantLock();

    /** By group: the weight that was requested last and is not applied yet, or {@link #NONE}. */
    private final int[] requested;
    /** The groups that have such a weight. */
    private final int[] changed;

    private int changes;

    private volatile boolean pending;

    WeightChanges(WeightedScheduler scheduler, int groups) {
        this.scheduler = scheduler;
        this.requested = new int[groups];
        this.changed = new int[groups];
    }

    /** Requests a weight. Of several requests before the next pick, the last one wins. For any thread. */
    void request(int group, int weight) {
        request(new int[] {group}, new int[] {weight});
    }

    /** Requests the weights of several groups, to be applied together. For any thread. */
    void request(int[] groups, int[] weights) {
        lock.lock();
        try {
            for (int i = 0; i < groups.length; i++) {
                int group = groups[i];
                if (requested[group] == NONE) {
                    changed[changes++] = group;
                }
                requested[group] = weights[i];
            }
            pending = changes > 0;
        } finally {
            lock.unlock();
        }
    }

    boolean isPending() {
        return pending;
    }

    /** Applies the requested weights, unless a request is being made, whose thread will wake the conductor. For the conductor. */
    void apply() {
        if (lock.tryLock()) {
            try {
                for (int i = 0; i < changes; i++) {
                    int group = changed[i];
                    scheduler.setWeight(group, requested[group]);
                    requested[group] = NONE;
                }
                changes = 0;
                pending = false;
            } finally {
                lock.unlock();
            }
        }
    }
}
