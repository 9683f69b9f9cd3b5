package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;

/**
 * Measures each group's share of service while it was backlogged: its own service, and that of all groups in the same
 * time. Costs O(1) per batch however many groups there are: of a backlogged group only the point is kept at which its
 * backlog began, and the reader adds what has been served since; see {@link GroupStats#share()}. For the engine's thread
 * only.
 */
final class ShareMeter {
    private final EngineCounters counters;
    private final long[] own;
    /** Service of all while the group was backlogged, less all service so far if it is so now. */
    private final long[] offset;

    private long total;

    ShareMeter(int groups, EngineCounters counters) {
        this.counters = counters;
        this.own = new long[groups];
        this.offset = new long[groups];
    }

    void wake(int group) {
        offset[group] -= total;
        publish(group, 1);
    }

    void served(int group, long cost, boolean stillBacklogged) {
        total += cost;
        own[group] += cost;
        counters.service(total);
        counters.set(group, PerGroup.SERVICE, own[group]);
        if (!stillBacklogged) {
            offset[group] += total;
            publish(group, 0);
        }
    }

    private void publish(int group, int backlogged) {
        counters.set(group, PerGroup.SERVICE_OF_ALL, offset[group] << 1 | backlogged);
    }
}
