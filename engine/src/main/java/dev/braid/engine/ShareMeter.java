package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerGroup;

/**
 * Watches the promise on shares: the largest lead of a group over its due, and the largest batch, which bounds it. Measures each
 * group's share of service while it was backlogged: its own service, and that of all groups in that time.
 * <p>
 * Costs O(1) per batch whatever the number of groups: for a backlogged group only the point is kept at which its backlog began, and
 * the reader adds the service since; see {@link GroupStats#share()}. For the engine's thread only.
 */
final class ShareMeter {
    private final EngineCounters counters;
    private final long[] own;
    /** By group: service of all groups while it was backlogged, less all service so far if it is backlogged now. */
    private final long[] offset;

    private final long[] largestLead;
    private final long[] largestBatch;
    private long total;

    ShareMeter(int groups, EngineCounters counters) {
        this.counters = counters;
        this.own = new long[groups];
        this.offset = new long[groups];
        this.largestLead = new long[groups];
        this.largestBatch = new long[groups];
    }

    void wake(int group) {
        offset[group] -= total;
        publish(group, 1);
    }

    /** Counts a group's service; a negative cost takes a part back. */
    void served(int group, long cost) {
        total += cost;
        own[group] += cost;
        counters.set(PerEngine.SERVICE, total);
        counters.set(group, PerGroup.SERVICE, own[group]);
    }

    void batch(int group, long cost) {
        if (cost > largestBatch[group]) {
            largestBatch[group] = cost;
            counters.set(group, PerGroup.LARGEST_BATCH, cost);
        }
    }

    void sleep(int group) {
        offset[group] += total;
        publish(group, 0);
    }

    /** Notes by how much service a group that stays backlogged is ahead of the one that is furthest behind. */
    void lead(int group, long service) {
        if (service > largestLead[group]) {
            largestLead[group] = service;
            counters.set(group, PerGroup.LARGEST_LEAD, service);
        }
    }

    private void publish(int group, int backlogged) {
        counters.set(group, PerGroup.SERVICE_OF_ALL, offset[group] << 1 | backlogged);
    }
}
