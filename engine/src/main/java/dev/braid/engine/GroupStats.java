package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;

/**
 * Live numbers of a handler group. Any thread may read them; they are exact when the engine is idle or closed, and no
 * older than a batch while it runs.
 */
public final class GroupStats {
    private final int index;
    private final String name;
    private volatile int weight;
    private volatile double dueShare;
    private final int inFlightBound;
    private final EngineCounters counters;

    GroupStats(int index, String name, int weight, double dueShare, int inFlightBound, EngineCounters counters) {
        this.index = index;
        this.name = name;
        this.weight = weight;
        this.dueShare = dueShare;
        this.inFlightBound = inFlightBound;
        this.counters = counters;
    }

    /**
     * Name of the group.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * Weight of the group, as it was set last.
     *
     * @return the weight.
     */
    public int weight() {
        return weight;
    }

    /**
     * The share due to the group while all groups are backlogged: {@code P(i) = w_i / sum of w_j}.
     *
     * @return 0 to 1.
     */
    public double dueShare() {
        return dueShare;
    }

    void weight(int weight, double dueShare) {
        this.weight = weight;
        this.dueShare = dueShare;
    }

    /**
     * How many records the group may have in flight.
     *
     * @return the bound.
     */
    public int inFlightBound() {
        return inFlightBound;
    }

    /**
     * Results with outcome {@link Outcome#PROCESSED} so far.
     *
     * @return the count.
     */
    public long processed() {
        return counters.get(index, PerGroup.PROCESSED);
    }

    /**
     * Results with outcome {@link Outcome#FAILED} so far. Records that failed before they had a sub-stream belong to no
     * group: see {@link BraidEngine#failedBeforeGroup()}.
     *
     * @return the count.
     */
    public long failed() {
        return counters.get(index, PerGroup.FAILED);
    }

    /**
     * Results with outcome {@link Outcome#SHED} so far.
     *
     * @return the count.
     */
    public long shed() {
        return counters.get(index, PerGroup.SHED);
    }

    /**
     * Records that wait to be handled.
     *
     * @return the count.
     */
    public long backlog() {
        return counters.get(index, PerGroup.BACKLOG);
    }

    /**
     * Records taken off the ring and not yet merged.
     *
     * @return the count.
     */
    public long inFlight() {
        return counters.get(index, PerGroup.IN_FLIGHT);
    }

    /**
     * Service so far, in units of the engine's {@link CostModel}.
     *
     * @return the sum of the costs of all batches.
     */
    public long service() {
        return counters.get(index, PerGroup.SERVICE);
    }

    /**
     * The most service by which this group, while it stayed backlogged, was ever ahead of its due compared with the
     * backlogged group that was furthest behind. The promise on shares holds as long as this is not above
     * {@link #largestBatch()}: for groups i and j it says
     * {@code |S_i/w_i - S_j/w_j| <= lead_i/w_i + lead_j/w_j}.
     *
     * @return in units of the engine's {@link CostModel}.
     */
    public long largestLead() {
        return counters.get(index, PerGroup.LARGEST_LEAD);
    }

    /**
     * The cost of the largest batch so far: the bound on {@link #largestLead()}.
     *
     * @return in units of the engine's {@link CostModel}.
     */
    public long largestBatch() {
        return counters.get(index, PerGroup.LARGEST_BATCH);
    }

    /**
     * The group's share of all service that was given while the group was backlogged. Compare it with
     * {@link #dueShare()}: it is larger when other groups were idle.
     *
     * @return 0 to 1, or {@link Double#NaN} before anything was served while the group was backlogged.
     */
    public double share() {
        long own = service();
        long encoded = counters.get(index, PerGroup.SERVICE_OF_ALL);
        long ofAll = (encoded >> 1) + ((encoded & 1) == 0 ? 0 : counters.service());
        return ofAll <= 0 ? Double.NaN : Math.min(1.0, (double) own / ofAll);
    }
}
