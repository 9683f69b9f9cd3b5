package dev.braid.engine;

import java.util.Arrays;

/**
 * Groups that have just woken and may be served before their turn, because they ask for no more than is still due to them. They are
 * ordered by the virtual time at which the fluid of {@link Accounts} would have served what they ask for. For the conductor only.
 */
final class OutOfTurn {
    /** Stands for a deadline not calculated yet. */
    private static final double UNKNOWN = Double.NEGATIVE_INFINITY;

    private final VirtualTimes times;
    private final Round round;
    private final Accounts accounts;
    private final Demand demand;
    private final GroupHeap groups;
    /** By group in the heap: its deadline when that was last calculated. */
    private final double[] deadlines;
    /** By group: the number of records that may be served at once. */
    private final int[] limits;

    OutOfTurn(int groups, VirtualTimes times, Round round, Accounts accounts, Demand demand) {
        this.times = times;
        this.round = round;
        this.accounts = accounts;
        this.demand = demand;
        this.deadlines = new double[groups];
        this.limits = new int[groups];
        Arrays.fill(deadlines, UNKNOWN);
        this.groups = new GroupHeap(groups) {
            @Override
            boolean precedes(int a, int b) {
                return deadlines[a] < deadlines[b];
            }
        };
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    boolean contains(int group) {
        return groups.contains(group);
    }

    /**
     * Adds a group that has just woken. At once, it is served no more than its own batch, an average one, or the one that it has
     * waited for, since a group with cheap records may get many of them meanwhile.
     *
     * @param lastCost of the last batch.
     */
    void add(int group, long lastCost) {
        double recordCost = round.recordCost(group);
        double others = recordCost == 0 ? 0 : Math.max(lastCost, round.meanBatchCost()) / recordCost;
        limits[group] = (int) Math.max(round.batchSize(group), others);
        deadlines[group] = UNKNOWN;
        groups.add(group);
    }

    /** Removes a group that was served, or waits for its turn. Returns whether it was here. */
    boolean remove(int group) {
        boolean was = groups.contains(group);
        if (was) {
            groups.remove(group);
        }
        return was;
    }

    /** Notes that the account or the weight of a group has changed. */
    void update(int group) {
        if (groups.contains(group)) {
            deadlines[group] = UNKNOWN;
            groups.move(group);
        }
    }

    /** Returns the group to be served before all others, or {@link WeightedScheduler#NONE}. */
    int pick() {
        double due = due();
        while (!groups.isEmpty()) {
            int group = groups.first();
            int waiting = demand.waiting(group);
            if (asksForTooMuch(group, waiting, due)) {
                groups.remove(group); // It asks for more than is due to it, and has to wait for its turn.
                continue;
            }
            double deadline = deadline(group, waiting);
            if (deadline <= deadlines[group]) {
                return isInTime(deadline, due) ? group : WeightedScheduler.NONE;
            }
            deadlines[group] = deadline; // It has got more records since its deadline was last calculated.
            groups.moveBack(group);
        }
        return WeightedScheduler.NONE;
    }

    /** Returns how many records a group asks for, if all of them may be served at once and before all others; otherwise 0. */
    int request(int group) {
        if (!groups.contains(group)) {
            return 0;
        }
        double due = due();
        int waiting = demand.waiting(group);
        return !asksForTooMuch(group, waiting, due) && isInTime(deadline(group, waiting), due) ? waiting : 0;
    }

    /** Returns what is due in a round to each unit of weight of the groups whose accounts count. */
    private double due() {
        return round.cost() / accounts.weight();
    }

    private boolean asksForTooMuch(int group, int waiting, double due) {
        return waiting > limits[group] || waiting * round.recordCost(group) >= due * times.weight(group);
    }

    /** Returns when the fluid would have served what a group asks for. */
    private double deadline(int group, int waiting) {
        return accounts.of(group) + VirtualTimes.ofCost(waiting * round.recordCost(group) / times.weight(group));
    }

    /**
     * Returns whether what a group has had beyond the average and what it asks for are together no more than its due in a round.
     */
    private boolean isInTime(double deadline, double due) {
        return deadline <= accounts.average() + VirtualTimes.ofCost(due);
    }

    /** Follows a move of the accounts' origin. */
    void rebase(double origin) {
        for (int i = 0; i < deadlines.length; i++) {
            deadlines[i] -= origin;
        }
    }
}
