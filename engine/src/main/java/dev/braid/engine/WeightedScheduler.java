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
 * With workers a group can have work that nobody may take, because all sub-streams that it belongs to are leased: it is
 * blocked. A group that is blocked again and again gets less than its due, for it cannot use more; what it missed it may
 * not save up, or it would stop the others once it can use it, or once a third one comes that starts where it stands. So
 * after having been blocked a group is at most {@value #CATCH_UP} batches behind the pick that was furthest ahead, of its own
 * or, where these are larger, of those that it was blocked behind. That is enough to keep it first in line, and with it the
 * feasible part of its share.
 * <p>
 * Virtual time is a number with {@value #FRACTION_BITS} fractional bits. What division by the weight leaves over is carried
 * to the next charge, so that nothing is lost to rounding however long the engine runs; and long before times could
 * overflow, the present is made zero again.
 * <p>
 * A binary heap holds the groups that can be picked; a pick with its charge costs O(log groups), independent of
 * sub-streams. For the conductor only.
 */
final class WeightedScheduler {
    static final int NONE = -1;
    static final long MAX_COST = 1L << 40;
    private static final int FRACTION_BITS = 20;
    private static final long REBASE_AT = 1L << 61;
    private static final int CATCH_UP = 8;
    private static final int HEAD_START = 2;
    private static final int AVERAGED_STEPS = 16;

    private final int round;
    private final ShareMeter meter;
    private final int[] weights;
    private final long[] virtualTimes;
    private final int[] remainders;
    /** By group: whether it has just woken. */
    private final boolean[] fresh;

    /** By group: whether it is backlogged, blocked or not. */
    private final boolean[] backlogged;
    /** By group: by how much its last batch advanced its virtual time. */
    private final long[] steps;

    private final int[] heap;
    /** By group: its place in the heap, or {@link #NONE}. */
    private final int[] positions;

    private int heapSize;
    private int backloggedGroups;
    private long backloggedWeight;

    /** The largest virtual time at which a group was picked. */
    private long latestPick;

    /** By how much the last batch advanced its group's virtual time. */
    private long lastStep;

    /** The same of the last batches on average, whichever groups they were of. */
    private long averageStep;

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
        this.backlogged = new boolean[weights.length];
        this.steps = new long[weights.length];
        this.heap = new int[weights.length];
        this.positions = new int[weights.length];
        Arrays.fill(positions, NONE);
    }

    /** A group has work, though perhaps blocked. Does nothing if it had some before. */
    void wake(int group) {
        if (backlogged[group]) {
            return;
        }
        long present = present();
        if (virtualTimes[group] <= present) {
            advance(group, present);
            fresh[group] = true;
        }
        backlogged[group] = true;
        backloggedGroups++;
        backloggedWeight += weights[group];
        meter.wake(group);
    }

    /** A group has work that can be picked. Does nothing if it had some before. */
    void enter(int group) {
        if (positions[group] != NONE) {
            return;
        }
        if (backlogged[group]) {
            catchUp(group);
        } else {
            wake(group);
        }
        siftUp(heapSize++, group);
    }

    /** A group has no work any more, or none that it could do. To be told after it was charged for what it did. */
    void sleep(int group) {
        if (backlogged[group]) {
            backlogged[group] = false;
            backloggedGroups--;
            backloggedWeight -= weights[group];
            meter.sleep(group);
        }
    }

    /** The group to serve, or {@link #NONE}. To be followed by {@link #charge}. */
    int pick() {
        return heapSize == 0 ? NONE : heap[0];
    }

    /** Whether a group is blocked. */
    boolean isBlocked(int group) {
        return backlogged[group] && positions[group] == NONE;
    }

    /** Whether a blocked group, could it be picked, would be picked before another one. */
    boolean isDueBefore(int blocked, int other) {
        catchUp(blocked);
        return precedes(blocked, other);
    }

    /** The virtual time at which a group is due. */
    long due(int group) {
        if (isBlocked(group)) {
            catchUp(group);
        }
        return virtualTimes[group];
    }

    /** Whether no group that can be picked is further behind than this one, which may have no work at all. */
    boolean isDue(int group) {
        return heapSize == 0 || due(group) <= virtualTimes[heap[0]];
    }

    /** How many records a group may have handled: the round divided by weight among the backlogged groups, and this one. */
    int batchSize(int group) {
        long weight = backlogged[group] ? backloggedWeight : backloggedWeight + weights[group];
        return (int) Math.max(1, (long) round * weights[group] / weight);
    }

    /**
     * Charges a group for its batch: the picked one, or a blocked one.
     *
     * @param cost      of the batch; of more than {@link #MAX_COST}, only so much.
     * @param canGoOn   whether it has more to do that can be picked.
     */
    void charge(int group, long cost, boolean canGoOn) {
        long start = virtualTimes[group];
        latestPick = Math.max(latestPick, start);
        meter.served(group, cost);
        meter.batch(group, cost);
        add(group, cost);
        lastStep = virtualTimes[group] - start;
        steps[group] = lastStep;
        averageStep += (lastStep - averageStep) / AVERAGED_STEPS;
        fresh[group] = false;
        if (canGoOn) {
            siftDown(positions[group], group);
        } else if (positions[group] != NONE) {
            remove(group);
        }
        if (latest >= REBASE_AT) {
            rebase();
        }
    }

    /** A batch for which its group was charged did not cost what was charged. */
    void correct(int group, long charged, long cost) {
        meter.served(group, cost - charged);
        meter.batch(group, cost);
        add(group, cost - charged);
        if (positions[group] != NONE) {
            reposition(group);
        }
        measureLead(group);
    }

    /**
     * Charges a group for what was done for it outside its batches, such as shedding. It need not have work.
     *
     * @param cost counts as a batch of its own.
     */
    void chargeUnpicked(int group, long cost) {
        if (!backlogged[group]) {
            long present = present();
            if (virtualTimes[group] < present) {
                advance(group, present); // It claims no service for the time that it had nothing to do.
            }
        }
        correct(group, 0, cost);
    }

    private void add(int group, long cost) {
        int weight = weights[group];
        long due = (Math.max(-MAX_COST, Math.min(cost, MAX_COST)) << FRACTION_BITS) + remainders[group];
        virtualTimes[group] += Math.floorDiv(due, weight);
        remainders[group] = Math.floorMod(due, weight);
        latest = Math.max(latest, virtualTimes[group]);
    }

    /**
     * How much more service a backlogged group had than its due, compared with who can be picked and is furthest behind. To
     * be told after every charge.
     */
    void measureLead(int group) {
        if (backlogged[group] && heapSize > 0) {
            double lead = virtualTimes[group] - virtualTimes[heap[0]];
            meter.lead(group, (long) (lead / (1L << FRACTION_BITS) * weights[group]));
        }
    }

    private long present() {
        if (heapSize > 0) {
            return Math.max(virtualTimes[heap[0]], latestPick - HEAD_START * lastStep);
        }
        return backloggedGroups > 0 ? latestPick : latest;
    }

    private void catchUp(int group) {
        long least = latestPick - CATCH_UP * Math.max(steps[group], averageStep);
        if (virtualTimes[group] < least) {
            advance(group, least);
        }
    }

    private void advance(int group, long virtualTime) {
        virtualTimes[group] = virtualTime;
        remainders[group] = 0;
    }

    /** Changes a weight from the next pick on. What the group is ahead or behind, in service, it stays. */
    void setWeight(int group, int weight) {
        long present = present();
        double lead = (double) (virtualTimes[group] - present) * weights[group] / weight;
        if (backlogged[group]) {
            backloggedWeight += weight - weights[group];
        }
        steps[group] = (long) ((double) steps[group] * weights[group] / weight);
        weights[group] = weight;
        advance(group, present + (long) lead);
        latest = Math.max(latest, virtualTimes[group]);
        if (positions[group] != NONE) {
            reposition(group);
        }
    }

    /** Moves the origin of virtual time to the present. Sleepers from before it are where waking would put them. */
    private void rebase() {
        long present = present();
        for (int i = 0; i < virtualTimes.length; i++) {
            virtualTimes[i] = Math.max(virtualTimes[i] - present, 0);
        }
        latest -= present;
        latestPick -= present;
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

    private void reposition(int group) {
        siftUp(positions[group], group);
        siftDown(positions[group], group);
    }

    private void remove(int group) {
        int hole = positions[group];
        positions[group] = NONE;
        int last = heap[--heapSize];
        if (last != group) {
            place(hole, last);
            reposition(last);
        }
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
