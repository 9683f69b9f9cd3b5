package dev.braid.engine;

import java.util.Arrays;

/**
 * The groups that have just woken and may be served before their turn, because they ask for no more than is still due to
 * them: by the virtual time at which the fluid of {@link Accounts} would be done with what they ask for. For the conductor only.
 */
final class OutOfTurn {
    /** Not looked at yet. */
    private static final double UNKNOWN = Double.NEGATIVE_INFINITY;

    private final VirtualTimes times;
    private final Round round;
    private final Accounts accounts;
    private final Demand demand;
    private final GroupHeap groups;
    /** By group in the heap: when the fluid would be done, as far as was known when that was last looked at. */
    private final double[] deadlines;
    /** By group: how many records may be served at once. */
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
     * A group has just woken. It is served no more at once than its own batch, an average one, or the one that it has waited for:
     * meanwhile it may have got many records, if these cost little.
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

    /** A group was served, or waits for its turn. Returns whether it was here. */
    boolean remove(int group) {
        boolean was = groups.contains(group);
        if (was) {
            groups.remove(group);
        }
        return was;
    }

    /** The account or the weight of a group has changed. */
    void update(int group) {
        if (groups.contains(group)) {
            deadlines[group] = UNKNOWN;
            groups.move(group);
        }
    }

    /** The group to be served before all others, or {@link WeightedScheduler#NONE}. */
    int pick() {
        double due = due();
        while (!groups.isEmpty()) {
            int group = groups.first();
            int waiting = demand.waiting(group);
            if (asksForTooMuch(group, waiting, due)) {
                groups.remove(group); // It asks for all that there is: in turn.
                continue;
            }
            double deadline = deadline(group, waiting);
            if (deadline <= deadlines[group]) {
                return isInTime(deadline, due) ? group : WeightedScheduler.NONE;
            }
            deadlines[group] = deadline; // It has got more records since that was last looked at.
            groups.moveBack(group);
        }
        return WeightedScheduler.NONE;
    }

    /** How many records a group asks for that may be served before all others, and all of them at once; otherwise 0. */
    int request(int group) {
        if (!groups.contains(group)) {
            return 0;
        }
        double due = due();
        int waiting = demand.waiting(group);
        return !asksForTooMuch(group, waiting, due) && isInTime(deadline(group, waiting), due) ? waiting : 0;
    }

    /** What is due in a round to each unit of weight of those whose accounts count. */
    private double due() {
        return round.cost() / accounts.weight();
    }

    private boolean asksForTooMuch(int group, int waiting, double due) {
        return waiting > limits[group] || waiting * round.recordCost(group) >= due * times.weight(group);
    }

    /** When the fluid would be done with what a group asks for. */
    private double deadline(int group, int waiting) {
        return accounts.of(group) + VirtualTimes.ofCost(waiting * round.recordCost(group) / times.weight(group));
    }

    /** Whether what a group has had beyond the average and what it asks for are together no more than its due in a round. */
    private boolean isInTime(double deadline, double due) {
        return deadline <= accounts.average() + VirtualTimes.ofCost(due);
    }

    /** The origin of accounts was moved by so much. */
    void rebase(double origin) {
        for (int i = 0; i < deadlines.length; i++) {
            deadlines[i] -= origin;
        }
    }
}
