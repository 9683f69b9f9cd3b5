package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerGroup;
import org.agrona.concurrent.status.CountersReader;

/**
 * Live numbers of a handler group. Any thread may read them. They are exact when the engine is idle or closed, and no older than a
 * batch while it runs. See {@link EngineStats}.
 */
public final class GroupStats {
    private final CountersReader reader;
    private final int index;
    private final String name;
    private final StatsRefresh source;

    GroupStats(CountersReader reader, int index, StatsRefresh source) {
        this.reader = reader;
        this.index = index;
        this.name = EngineCounters.groupName(reader, index);
        this.source = source;
    }

    private long get(PerGroup kind) {
        return EngineCounters.get(reader, index, kind);
    }

    private double share(PerGroup kind) {
        source.refreshShares();
        return get(kind) / EngineCounters.SHARE_SCALE;
    }

    /** {@return the group's name; in a file, only its beginning if it is very long} */
    public String name() {
        return name;
    }

    /** {@return the group's weight, as it was set last} */
    public int weight() {
        return (int) get(PerGroup.WEIGHT);
    }

    /**
     * Returns the share that the weight alone promises while all groups are backlogged: {@code P(i) = w_i / sum of w_j}.
     *
     * @return 0 to 1.
     */
    public double weightShare() {
        return share(PerGroup.WEIGHT_SHARE);
    }

    /**
     * Returns the share due to the group while all groups are backlogged: {@link #weightShare()}, as far as it can be achieved. A
     * group with k sub-streams can use no more than k workers, and needs room in flight for two batches on each. Capacity that it
     * cannot use is divided between the others by weight.
     * <p>
     * The share is one of the records that the engine has taken in. The shared ingress is one queue: when it is saturated and
     * groups are {@link Overload#WAIT}, the record at the head of the queue delays those behind it, and each group gets as much as
     * arrives for it, whatever the weights. Groups whose weights are to matter then need ingresses of their own; see {@link
     * BraidEngine#ingress(String)}.
     *
     * @return 0 to 1.
     */
    public double dueShare() {
        return share(PerGroup.DUE_SHARE);
    }

    /** {@return the bound on the group's records in flight} */
    public int inFlightBound() {
        return (int) get(PerGroup.IN_FLIGHT_BOUND);
    }

    /** {@return the number of records taken in for the group so far: in flight or merged, without those that were shed} */
    public long accepted() {
        return processed() + failed() + inFlight();
    }

    /** {@return the number of results with outcome {@link Outcome#PROCESSED} so far} */
    public long processed() {
        return get(PerGroup.PROCESSED);
    }

    /**
     * Returns the number of results with outcome {@link Outcome#FAILED} so far. Records that failed before they had a sub-stream
     * belong to no group: see {@link EngineStats#failedBeforeGroup()}.
     *
     * @return the count.
     */
    public long failed() {
        return get(PerGroup.FAILED);
    }

    /** {@return the number of results with outcome {@link Outcome#SHED} so far} */
    public long shed() {
        return get(PerGroup.SHED);
    }

    /** {@return the number of records that wait to be handled} */
    public long backlog() {
        return get(PerGroup.BACKLOG);
    }

    /** {@return the number of records taken off the ring and not yet merged} */
    public long inFlight() {
        return get(PerGroup.IN_FLIGHT);
    }

    /**
     * Returns the service so far, in units of the engine's {@link CostModel}.
     *
     * @return the sum of the costs of all batches, and of records that were shed, or failed before they were handled, while others
     *         had work.
     */
    public long service() {
        return get(PerGroup.SERVICE);
    }

    /**
     * Returns the most service by which this group, while it stayed backlogged, was ever ahead of its due compared with the
     * backlogged group that was furthest behind.
     * <p>
     * On one engine thread the promise on shares holds as long as this is not above {@link #largestBatch()}, with any {@link
     * CostModel}: for groups i and j, {@code |S_i/w_i - S_j/w_j| <= lead_i/w_i + lead_j/w_j}, where S is service since records were
     * tagged. With workers, batches are charged when they are handed over, at the estimated cost, so the lead includes what is
     * under way, in as many batches as the group has there, and a batch that costs more than estimated. With n workers, as long as
     * weights stay, no group's lead divided by its weight is more than {@code 3 n + 1} times the largest of all groups' {@link
     * #largestBatch()} divided by theirs.
     *
     * @return in units of the engine's {@link CostModel}.
     */
    public long largestLead() {
        return get(PerGroup.LARGEST_LEAD);
    }

    /**
     * Returns the cost of the largest batch so far: on one engine thread, the bound on {@link #largestLead()}.
     * <p>
     * A group that has had less than its due, and asks for more than a batch when it wakes, is served in parts before its turn.
     * They count as one batch, together with what the group was ahead before; this is no more than its due in a round and, with
     * {@link CostModel#NANOSECONDS}, what the last part cost more than expected.
     *
     * @return in units of the engine's {@link CostModel}.
     */
    public long largestBatch() {
        return get(PerGroup.LARGEST_BATCH);
    }

    /**
     * Returns the group's share of all service that was given while the group was backlogged, including what was shed. Compare it
     * with {@link #dueShare()}: it is larger if other groups were idle. Records that wait in front of the engine are not backlog:
     * on a saturated shared ingress, shares of groups that are backlogged by turns add up to more than 1 and do not describe the
     * mix of results, which is that of the ingress.
     *
     * @return 0 to 1, or {@link Double#NaN} before anything was served while the group was backlogged.
     */
    public double share() {
        long own = service();
        long ofAll = serviceOfAll();
        return ofAll <= 0 ? Double.NaN : Math.min(1.0, (double) own / ofAll);
    }

    /**
     * Returns the service of all groups while this one was backlogged, which {@link #share()} is a share of. Two readings of it and
     * of {@link #service()} give the share in the time between them.
     *
     * @return in units of the engine's {@link CostModel}.
     */
    public long serviceOfAll() {
        long encoded = get(PerGroup.SERVICE_OF_ALL);
        return (encoded >> 1) + ((encoded & 1) == 0 ? 0 : EngineCounters.get(reader, PerEngine.SERVICE));
    }

    /**
     * Returns how long records waited in the ring, from their publication until the engine's thread took them off, from samples. On
     * a saturated shared ingress this is where records wait. The time that a publisher waits for room, before it can publish, is
     * unknown to the engine. Accurate to 7 %.
     *
     * @return the distribution so far.
     */
    public LatencyStats waitingInRing() {
        return latencies(LatencyCounters.IN_RING);
    }

    /**
     * Returns how long records waited between leaving the ring and the call of their handler, from samples. For the wait before
     * that, see {@link #waitingInRing()}.
     *
     * @return the distribution so far.
     */
    public LatencyStats waiting() {
        return latencies(LatencyCounters.WAITING);
    }

    /**
     * Returns {@link #waiting()} of the last seconds.
     *
     * @return the distribution of the last 5 to 10 seconds.
     */
    public LatencyStats recentlyWaiting() {
        return latencies(LatencyCounters.RECENTLY_WAITING);
    }

    /**
     * Returns how long handlers took for a record, from samples.
     *
     * @return the distribution so far.
     */
    public LatencyStats handling() {
        return latencies(LatencyCounters.HANDLING);
    }

    /**
     * Returns {@link #handling()} of the last seconds.
     *
     * @return the distribution of the last 5 to 10 seconds.
     */
    public LatencyStats recentlyHandling() {
        return latencies(LatencyCounters.RECENTLY_HANDLING);
    }

    private LatencyStats latencies(LatencyCounters counters) {
        source.refreshLatencies(index);
        return counters.get(reader, index);
    }
}
