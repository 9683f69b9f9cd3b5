package dev.braid.engine;

import org.agrona.concurrent.NanoClock;

/**
 * Measures how long some records wait and are handled, few enough to cost little: of each group the first record of a batch, once
 * in a period that grows with the number of groups. For the conductor.
 * <p>
 * The time of tagging is noted for every record, but only in ticks of a clock that is read once per duty cycle.
 */
final class LatencySampler {
    private static final long PERIOD_NS_PER_GROUP = 4_000;
    private static final long MIN_PERIOD_NS = 100_000;

    /** A tick is 256 ns, so that the 32 bits of {@link Cell#taggedAt} are enough for nine minutes. */
    private static final int TICK_BITS = 8;

    private static final int MANY_GROUPS = 256;

    private final long originNs;
    private final long periodNs;
    /** By group: when it may be measured again. */
    private final long[] dueNs;

    private final LatencyRecorder[] waiting;
    private final LatencyRecorder[] handling;
    private final LatencyRecorder[] inRing;
    private long nowNs;
    private int tick;

    LatencySampler(int groups, NanoClock clock) {
        long nowNs = clock.nanoTime();
        this.originNs = nowNs;
        this.nowNs = nowNs;
        this.periodNs = Math.max(MIN_PERIOD_NS, groups * PERIOD_NS_PER_GROUP);
        this.dueNs = new long[groups];
        this.waiting = new LatencyRecorder[groups];
        this.handling = new LatencyRecorder[groups];
        this.inRing = new LatencyRecorder[groups];
        int digits = groups <= MANY_GROUPS ? 2 : 1; // Fewer digits, because distributions take memory.
        for (int i = 0; i < groups; i++) {
            dueNs[i] = nowNs;
            waiting[i] = new LatencyRecorder(digits, clock);
            handling[i] = new LatencyRecorder(digits, clock);
            inRing[i] = new LatencyRecorder(1, clock);
        }
    }

    /** Begins a duty cycle. */
    void begin(long nowNs) {
        this.nowNs = nowNs;
        this.tick = tickOf(nowNs);
    }

    /** Returns the present tick, for {@link Cell#taggedAt}. */
    int tick() {
        return tick;
    }

    private int tickOf(long ns) {
        return (int) (ns - originNs >> TICK_BITS);
    }

    /** Returns whether the first record of a batch is to be measured. */
    boolean isDue(int group) {
        if (nowNs - dueNs[group] < 0) {
            return false;
        }
        dueNs[group] = nowNs + periodNs;
        return true;
    }

    void record(int group, int taggedAt, long begunNs, long endedNs) {
        waiting[group].record((long) (tickOf(begunNs) - taggedAt) << TICK_BITS);
        handling[group].record(endedNs - begunNs);
    }

    /** Records how long a record of a group waited in the ring. */
    void recordInRing(int group, long waitedNs) {
        inRing[group].record(waitedNs);
    }

    /** Returns when the duty cycle began. */
    long nowNs() {
        return nowNs;
    }

    /** Returns how long the next record of a group is not to be measured. */
    long periodNs() {
        return periodNs;
    }

    LatencyRecorder waiting(int group) {
        return waiting[group];
    }

    LatencyRecorder handling(int group) {
        return handling[group];
    }

    LatencyRecorder inRing(int group) {
        return inRing[group];
    }
}
