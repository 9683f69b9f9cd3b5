package dev.braid.engine;

import java.util.Arrays;

/**
 * The groups that have just woken and may be served before their turn, because they ask for no more than is still due to
 * them: by the virtual time at which the fluid of {@link Accounts} would be done with what they ask for. And what a record of
 * each group costs, which is a part of that. For the conductor only.
 */
final class OutOfTurn {
    /** Not looked at yet. */
    private static final double UNKNOWN = Double.NEGATIVE_INFINITY;

    /** Of the last batch in the average of what a record costs. */
    private static final double SMOOTHING = 0.25;

    private final int round;
    private final VirtualTimes times;
    private final Accounts accounts;
    private final Demand demand;
    private final GroupHeap groups;
    /** By group in the heap: when the fluid would be done, as far as was known when that was last looked at. */
    private final double[] deadlines;
    /** By group: what its records cost on average. */
    private final double[] recordCosts;

    OutOfTurn(int groups, int round, VirtualTimes times, Accounts accounts, Demand demand) {
        this.round = round;
        this.times = times;
        this.accounts = accounts;
        this.demand = demand;
        this.deadlines = new double[groups];
        this.recordCosts = new double[groups];
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

    /** A group has just woken. */
    void add(int group) {
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

    /**
     * The group to be served before all others, or {@link WeightedScheduler#NONE}: what it has had beyond the average and what
     * it asks for are together no more than what is due to it in a round.
     */
    int pick() {
        double due = (double) round / accounts.weight(); // Records in a round for each unit of weight.
        while (!groups.isEmpty()) {
            int group = groups.first();
            int weight = times.weight(group);
            int waiting = demand.waiting(group);
            if (waiting >= due * weight) {
                groups.remove(group); // It asks for all that there is: in turn.
                continue;
            }
            double deadline = accounts.of(group) + VirtualTimes.ofCost(waiting * recordCosts[group] / weight);
            if (deadline <= deadlines[group]) {
                return deadline <= accounts.average() + VirtualTimes.ofCost(due * recordCosts[group])
                        ? group
                        : WeightedScheduler.NONE;
            }
            deadlines[group] = deadline; // It has got more records since that was last looked at.
            groups.moveBack(group);
        }
        return WeightedScheduler.NONE;
    }

    /** What a round of a group's records costs. */
    double roundCost(int group) {
        return recordCosts[group] * round;
    }

    /** A batch of a group had so many records, and cost so much. */
    void learn(int group, int records, long cost) {
        double before = recordCosts[group];
        double sample = cost == records ? 1 : (double) cost / Math.max(1, records);
        if (sample != before) {
            recordCosts[group] = before == 0 ? sample : before + SMOOTHING * (sample - before);
        }
    }

    /** The origin of accounts was moved by so much. */
    void rebase(double origin) {
        for (int i = 0; i < deadlines.length; i++) {
            deadlines[i] -= origin;
        }
    }
}
