package dev.braid.engine;

/**
 * Measures each group's share of service while it was backlogged: its own service, and that of all groups in the same
 * time. Costs O(1) per batch however many groups there are. For the engine's thread only.
 */
final class ShareMeter {
    private final EngineCounters counters;
    private final long[] own;
    private final long[] everyones;
    private final long[] wokeAt;
    private long total;

    ShareMeter(int groups, EngineCounters counters) {
        this.counters = counters;
        this.own = new long[groups];
        this.everyones = new long[groups];
        this.wokeAt = new long[groups];
    }

    void wake(int group) {
        wokeAt[group] = total;
    }

    void served(int group, long cost, boolean stillBacklogged) {
        total += cost;
        own[group] += cost;
        long meanwhile = everyones[group] + total - wokeAt[group];
        counters.service(group, own[group], meanwhile);
        if (!stillBacklogged) {
            everyones[group] = meanwhile;
        }
    }
}
