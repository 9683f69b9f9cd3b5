package dev.braid.engine;

import java.util.Arrays;

/**
 * Picks the group to serve next, and for how large a batch: start-time fair queueing (Goyal, Vin and Cheng, "Start-time
 * Fair Queueing: A Scheduling Algorithm for Integrated Services Packet Switching Networks", 1996) over batches.
 * <p>
 * Every group has a virtual time, which advances by {@code cost / weight} with the service that it gets. The backlogged
 * group that is furthest behind is served; of equals one that has just woken, then the one with the larger weight, then the
 * one that was added first. A group that wakes starts at the present, which is the virtual time of the backlogged group
 * that is furthest behind: it claims no service for the time that it had nothing to do, owes what it overdrew, and is
 * served next. While two groups i and j both stay backlogged, this keeps
 * {@code |S_i/w_i - S_j/w_j| <= B_i/w_i + B_j/w_j}, with S the service and B the largest batch of each.
 * <p>
 * Virtual time is a number with {@value #FRACTION_BITS} fractional bits. What division by the weight leaves over is carried
 * to the next charge, so that nothing is lost to rounding however long the engine runs; and long before times could
 * overflow, the present is made zero again.
 * <p>
 * A binary heap holds the backlogged groups; a pick with its charge costs O(log groups), independent of sub-streams.
 * For the engine's thread only.
 */
final class WeightedScheduler {
    static final int NONE = -1;
    static final long MAX_COST = 1L << 40;
    private static final int FRACTION_BITS = 20;
    private static final long REBASE_AT = 1L << 61;

    private final int round;
    private final ShareMeter meter;
    private final int[] weights;
    private final long[] virtualTimes;
    private final int[] remainders;
    private final boolean[] fresh;
    private final int[] heap;
    /** By group: its place in the heap, or {@link #NONE}. */
    private final int[] positions;

    private int heapSize;
    private long backloggedWeight;

    /** The largest of all virtual times: the present when nobody is backlogged. */
    private long latest;

    /**
     * @param weights by group.
     * @param round   records of a round: what all backlogged groups get between them before each has had its batch.
     * @param meter   is told of all service.
     */
    WeightedScheduler(int[] weights, int round, ShareMeter meter) {
        this.round = round;
        this.meter = meter;
        this.weights = weights.clone();
        this.virtualTimes = new long[weights.length];
        this.remainders = new int[weights.length];
        this.fresh = new boolean[weights.length];
        this.heap = new int[weights.length];
        this.positions = new int[weights.length];
        Arrays.fill(positions, NONE);
    }

    /** A group that had nothing to do has work now. */
    void wake(int group) {
        long present = heapSize == 0 ? latest : virtualTimes[heap[0]];
        if (virtualTimes[group] <= present) {
            virtualTimes[group] = present;
            remainders[group] = 0;
            fresh[group] = true;
        }
        backloggedWeight += weights[group];
        siftUp(heapSize++, group);
        meter.wake(group);
    }

    /** The group to serve, or {@link #NONE}. To be followed by {@link #charge}. */
    int pick() {
        return heapSize == 0 ? NONE : heap[0];
    }

    /** How many records the picked group may have handled: the round divided by weight among the backlogged groups. */
    int batchSize(int group) {
        return (int) Math.max(1, (long) round * weights[group] / backloggedWeight);
    }

    /**
     * Charges the picked group for its batch.
     *
     * @param cost            of the batch; of more than {@link #MAX_COST}, only so much.
     * @param stillBacklogged whether it has more to do.
     */
    void charge(int group, long cost, boolean stillBacklogged) {
        meter.served(group, cost, stillBacklogged);
        int weight = weights[group];
        long due = (Math.min(cost, MAX_COST) << FRACTION_BITS) + remainders[group];
        virtualTimes[group] += due / weight;
        remainders[group] = (int) (due % weight);
        fresh[group] = false;
        latest = Math.max(latest, virtualTimes[group]);
        if (stillBacklogged) {
            siftDown(0, group);
            // In units of service: how much more the group had than its due, compared with who is furthest behind.
            double lead = (double) (virtualTimes[group] - virtualTimes[heap[0]]) / (1L << FRACTION_BITS) * weight;
            meter.lead(group, (long) lead);
        } else {
            backloggedWeight -= weight;
            positions[group] = NONE;
            int last = heap[--heapSize];
            if (heapSize > 0) {
                siftDown(0, last);
            }
        }
        if (latest >= REBASE_AT) {
            rebase();
        }
    }

    /** Changes a weight from the next pick on. What the group is ahead or behind, in service, it stays. */
    void setWeight(int group, int weight) {
        long present = heapSize == 0 ? latest : virtualTimes[heap[0]];
        double lead = (double) (virtualTimes[group] - present) * weights[group] / weight;
        if (positions[group] != NONE) {
            backloggedWeight += weight - weights[group];
        }
        weights[group] = weight;
        virtualTimes[group] = present + (long) lead;
        remainders[group] = 0;
        latest = Math.max(latest, virtualTimes[group]);
        if (positions[group] != NONE) {
            siftUp(positions[group], group);
            siftDown(positions[group], group);
        }
    }

    /** Moves the origin of virtual time to the present. Sleepers from before it are where waking would put them. */
    private void rebase() {
        long present = heapSize == 0 ? latest : virtualTimes[heap[0]];
        for (int i = 0; i < virtualTimes.length; i++) {
            virtualTimes[i] = Math.max(virtualTimes[i] - present, 0);
        }
        latest -= present;
    }

    private boolean precedes(int a, int b) {
        if (virtualTimes[a] != virtualTimes[b]) {
            return virtualTimes[a] < virtualTimes[b];
        }
        if (fresh[a] != fresh[b]) {
            return fresh[a];
        }
        return weights[a] != weights[b] ? weights[a] > weights[b] : a < b;
    }

    private void siftUp(int position, int group) {
        int at = position;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!precedes(group, heap[parent])) {
                break;
            }
            place(at, heap[parent]);
            at = parent;
        }
        place(at, group);
    }

    private void siftDown(int position, int group) {
        int at = position;
        int child;
        while ((child = 2 * at + 1) < heapSize) {
            if (child + 1 < heapSize && precedes(heap[child + 1], heap[child])) {
                child++;
            }
            if (!precedes(heap[child], group)) {
                break;
            }
            place(at, heap[child]);
            at = child;
        }
        place(at, group);
    }

    private void place(int at, int group) {
        heap[at] = group;
        positions[group] = at;
    }
}
