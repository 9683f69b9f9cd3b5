package dev.braid.engine;

import org.agrona.concurrent.NanoClock;

/**
 * Chooses records to be measured, so seldom that it costs little: of each group one in a period, and more often the fewer
 * groups there are, so that a group with few records has all of them measured. For the conductor.
 */
final class Sampler {
    private static final long PERIOD_NS_PER_GROUP = 4_000;
    private static final long LEAST_PERIOD_NS = 100_000;
    private static final int MOST_SAMPLES = 256;
    private static final int MANY_GROUPS = 256;

    private final NanoClock clock;
    private final long periodNs;
    /** By group: when the next one may be chosen. */
    private final long[] dueNs;

    private final Sample[] free = new Sample[MOST_SAMPLES];
    private int freeCount;
    private final Latencies[] waiting;
    private final Latencies[] handling;
    private long nowNs;

    Sampler(int groups, NanoClock clock) {
        this.clock = clock;
        this.periodNs = Math.max(LEAST_PERIOD_NS, groups * PERIOD_NS_PER_GROUP);
        this.dueNs = new long[groups];
        this.waiting = new Latencies[groups];
        this.handling = new Latencies[groups];
        this.nowNs = clock.nanoTime();
        int digits = groups <= MANY_GROUPS ? 2 : 1; // For they take memory.
        for (int i = 0; i < groups; i++) {
            dueNs[i] = nowNs;
            waiting[i] = new Latencies(digits);
            handling[i] = new Latencies(digits);
        }
        while (freeCount < MOST_SAMPLES) {
            free[freeCount++] = new Sample();
        }
    }

    /** A duty cycle begins: the clock is not read for every record. */
    void begin(long nowNs) {
        this.nowNs = nowNs;
    }

    /** A record was tagged. */
    void choose(Cell<?> cell, int group) {
        if (nowNs - dueNs[group] >= 0 && freeCount > 0) {
            Sample sample = free[--freeCount];
            sample.taggedNs = clock.nanoTime();
            cell.sample = sample;
            dueNs[group] = nowNs + periodNs;
        }
    }

    /** A record that was chosen has left. */
    void record(Cell<?> cell, int group) {
        Sample sample = cell.sample;
        waiting[group].record(sample.begunNs - sample.taggedNs);
        handling[group].record(sample.endedNs - sample.begunNs);
        cell.sample = null;
        free[freeCount++] = sample;
    }

    Latencies waiting(int group) {
        return waiting[group];
    }

    Latencies handling(int group) {
        return handling[group];
    }
}
