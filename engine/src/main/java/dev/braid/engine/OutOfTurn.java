package dev.braid.engine;

import java.util.Arrays;

/**
 * Groups that have woken and may be served before their turn, because they have had less than is due to them. A group whose waiting
 * records can all be served at once goes before one that is served in parts. Otherwise they are ordered by the virtual time at
 * which the fluid of {@link Accounts} would have served the records that come next. A group stays here until it sleeps, or asks for
 * more than is still due to it. For the conductor only.
 */
final class OutOfTurn {
    /** Stands for a deadline not calculated yet. */
    private static final double UNKNOWN = Double.NEGATIVE_INFINITY;

    private final VirtualTimes times;
    private final Round round;
    private final Accounts accounts;
    private final Demand demand;
    /** Groups that were not served since they woke and, as far as is known, can be served all that they ask for at once. */
    private final GroupHeap whole;
    /** Groups that are served in parts. */
    private final GroupHeap parts;
    /** By group in a heap: its deadline when that was last calculated. */
    private final double[] deadlines;
    /** By group: the number of records that may be served at once. */
    private final int[] limits;
    /** By group that was not served since it woke: the cost of the batch after which it woke. */
    private final long[] waitedFor;

    // The last pick, until its charge:

    /** The group that was picked before its turn, if any. */
    private int picked = WeightedScheduler.NONE;
    /** Whether it is served a part of what it has asked for since it woke. */
    private boolean isPickedPart;
    /** The number of records to be served because the picked group asks for them; 0 if it is to have its batch. */
    private int pickedRecords;

    /** Whether the last batch was all that a group had asked for since it woke, and out of turn. */
    private boolean lastWasWhole;
    /** Whether a part was served since the last batch in turn. */
    private boolean hasServedPart;

    OutOfTurn(int groups, VirtualTimes times, Round round, Accounts accounts, Demand demand) {
        this.times = times;
        this.round = round;
        this.accounts = accounts;
        this.demand = demand;
        this.deadlines = new double[groups];
        this.limits = new int[groups];
        this.waitedFor = new long[groups];
        Arrays.fill(deadlines, UNKNOWN);
        this.whole = heap(groups);
        this.parts = heap(groups);
    }

    private GroupHeap heap(int groups) {
        return new GroupHeap(groups) {
            @Override
            boolean precedes(int a, int b) {
                return deadlines[a] < deadlines[b];
            }
        };
    }

    private boolean isEmpty() {
        return whole.isEmpty() && parts.isEmpty();
    }

    /**
     * Adds a group that has just woken. At once, it is served no more than its own batch, an average one, or the one that it has
     * waited for, since a group with cheap records may get many of them meanwhile.
     *
     * @param lastCost of the last batch.
     */
    void add(int group, long lastCost) {
        limits[group] = limit(group, lastCost);
        waitedFor[group] = lastCost;
        deadlines[group] = UNKNOWN;
        whole.add(group);
    }

    private int limit(int group, double cost) {
        double recordCost = round.recordCost(group);
        double others = recordCost == 0 ? 0 : Math.max(cost, round.meanBatchCost()) / recordCost;
        return (int) Math.max(round.batchSize(group), others);
    }

    /** Removes a group that has to wait for its turn, or has nothing left. */
    void remove(int group) {
        if (whole.contains(group)) {
            whole.remove(group);
        } else if (parts.contains(group)) {
            parts.remove(group);
        }
    }

    /** Notes that a group was served, in turn or not, and has more work. */
    void served(int group) {
        if (whole.contains(group)) {
            whole.remove(group);
            parts.add(group);
        }
        if (parts.contains(group)) {
            limits[group] = limit(group, 0);
            update(group);
        }
    }

    /** Notes that the account or the weight of a group has changed. */
    void update(int group) {
        deadlines[group] = UNKNOWN;
        if (whole.contains(group)) {
            whole.move(group);
        } else if (parts.contains(group)) {
            parts.move(group);
        }
    }

    /**
     * Picks the group to serve.
     *
     * @param next       the one whose turn it is.
     * @param isFresh    whether it was not served since it woke.
     * @param hasOthers  whether it is not the only one that can be picked.
     * @return that one, or another one before it.
     */
    int pick(int next, boolean isFresh, boolean hasOthers) {
        picked = WeightedScheduler.NONE;
        pickedRecords = 0;
        if (isEmpty()) {
            return next;
        }
        // Groups that ask for much do not wait for all that ask for little.
        if (hasOthers && !(lastWasWhole && isFresh)) {
            picked = pickBefore(next, isFresh);
        }
        if (picked == WeightedScheduler.NONE) {
            pickedRecords = allRecords(next);
            return next;
        }
        pickedRecords = records(picked);
        return picked;
    }

    private int pickBefore(int next, boolean isNextFresh) {
        int group = pickWhole();
        isPickedPart = group == WeightedScheduler.NONE;
        if (isPickedPart && !hasServedPart) {
            group = pickPart(next);
            return isNextFresh && group != next ? WeightedScheduler.NONE : group;
        }
        return group;
    }

    /** Returns the group that was picked before its turn and not charged yet, or {@link WeightedScheduler#NONE}. */
    int picked() {
        return picked;
    }

    /** Returns how many records the picked group asks for, or 0 if it is to have its batch. */
    int pickedRecords() {
        return pickedRecords;
    }

    /** Notes that a group is charged for a batch. Returns whether that was a part of what it has asked for since it woke. */
    boolean charged(int group) {
        boolean isOutOfTurn = group == picked;
        boolean isPart = isOutOfTurn && isPickedPart;
        picked = WeightedScheduler.NONE;
        lastWasWhole = isOutOfTurn && !isPart;
        hasServedPart = isPart || isOutOfTurn && hasServedPart;
        return isPart;
    }

    /** Returns the first group that is to be served all its waiting records, or {@link WeightedScheduler#NONE}. */
    private int pickWhole() {
        while (!whole.isEmpty()) {
            int group = whole.first();
            double due = dueSinceWaking(group);
            if (demand.waiting(group) > limits[group]) {
                whole.remove(group);
                parts.add(group);
            } else if (asksForTooMuch(group, due)) {
                whole.remove(group);
            } else if (isFirst(whole, group)) {
                return isInTime(group, due) ? group : WeightedScheduler.NONE;
            }
        }
        return WeightedScheduler.NONE;
    }

    /**
     * Returns the first group that is to be served a part of what it has asked for since it woke, which may be the last part, or
     * {@link WeightedScheduler#NONE}.
     *
     * @param least the group with the least virtual time.
     */
    private int pickPart(int least) {
        double due = due();
        while (!parts.isEmpty()) {
            int group = parts.first();
            if (leadsTooFar(group, least, due)) {
                parts.remove(group);
            } else if (isFirst(parts, group)) {
                return isInTime(group, due) ? group : WeightedScheduler.NONE;
            }
        }
        return WeightedScheduler.NONE;
    }

    /** Returns whether the first group of a heap is still first with the records that it has got since its deadline was calculated. */
    private boolean isFirst(GroupHeap heap, int group) {
        double deadline = deadline(group, records(group));
        if (deadline <= deadlines[group]) {
            return true;
        }
        deadlines[group] = deadline;
        heap.moveBack(group);
        return false;
    }

    /** Returns how many records of a group are served at once. */
    private int records(int group) {
        return Math.min(demand.waiting(group), limits[group]);
    }

    /** Returns how many records a group has waiting, if all of them may be served at once and before all others; otherwise 0. */
    private int allRecords(int group) {
        double due = dueSinceWaking(group);
        boolean mayBeServed = whole.contains(group)
                && demand.waiting(group) <= limits[group]
                && !asksForTooMuch(group, due)
                && isInTime(group, due);
        return mayBeServed ? demand.waiting(group) : 0;
    }

    /** Returns what is due in a round to each unit of weight of the groups whose accounts count, as a virtual time. */
    private double due() {
        return VirtualTimes.ofCost(round.cost() / accounts.weight());
    }

    /**
     * As {@link #due}, for all that a group has asked for since it woke: a round costs no less than the batch that was under way
     * meanwhile, even if records of this group make it cheaper.
     */
    private double dueSinceWaking(int group) {
        return VirtualTimes.ofCost(Math.max(round.cost(), waitedFor[group]) / accounts.weight());
    }

    /** Returns whether all that a group asks for is its due in a round or more. */
    private boolean asksForTooMuch(int group, double due) {
        return step(group, demand.waiting(group)) >= due;
    }

    /**
     * Returns whether a group would be ahead of the one that is furthest behind by its due in a round. This is also said of one
     * whose due is less than two parts, which it gets as well in turn, and of one whose cost is not known.
     */
    private boolean leadsTooFar(int group, int least, double due) {
        double part = step(group, limits[group]);
        double lead = Math.max(part, times.ahead(group, least));
        return part == 0 || lead + step(group, records(group)) >= due;
    }

    /**
     * Returns whether what a group has had beyond the average and the records that come next are together no more than its due in a
     * round.
     */
    private boolean isInTime(int group, double due) {
        return deadline(group, records(group)) <= accounts.average() + due;
    }

    /** Returns when the fluid would have served records of a group. */
    private double deadline(int group, int records) {
        return accounts.of(group) + step(group, records);
    }

    private double step(int group, int records) {
        return VirtualTimes.ofCost(records * round.recordCost(group) / times.weight(group));
    }

    /** Follows a move of the accounts' origin. */
    void rebase(double origin) {
        for (int i = 0; i < deadlines.length; i++) {
            deadlines[i] -= origin;
        }
    }
}
