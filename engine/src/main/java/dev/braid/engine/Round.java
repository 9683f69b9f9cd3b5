package dev.braid.engine;

/**
 * A round: the service in which every group that has work is served one batch. Sets the size of batches, and knows the cost of a
 * round.
 * <p>
 * A batch is the group's part of the round by weight, at least one record; its records are estimated to cost what those of its last
 * batches did. With c for the cost of a record, a round costs at least {@code R * sum(w * c) / sum(w)}, at least {@code sum(c)},
 * and no more than both together. The larger of the two is used here, because it is known without a look at each group. Many light
 * groups with a record each make a round longer, and so do groups whose records cost more than those of others; a group's due in a
 * round is its part of that cost. For the conductor only.
 */
final class Round {
    /** Weight of the last batch in the average cost of a record. */
    private static final double SMOOTHING = 0.25;

    /**
     * Upper limit of a batch's cost, in multiples of the average: a batch whose thread was stopped says nothing about the next one.
     */
    private static final double MAX_OF_AVERAGE = 4;

    /** Costs of a record are whole numbers of this part of a unit, so that sums of them are exact. */
    private static final double PARTS_OF_UNIT = 256;

    private final int records;
    private final VirtualTimes times;
    private final boolean[] hasWork;
    /** By group: average cost of its records; 0 before its first service. */
    private final double[] recordCosts;

    // Of the groups that have work: their number, the sum of their weights, and the sum of the costs of a record of
    // each.

    private int groups;
    private long weight;
    private double costByWeight;
    private double cost;

    /** @param records of a round, if all groups' shares of it are whole records. */
    Round(int records, VirtualTimes times, int groups) {
        this.records = records;
        this.times = times;
        this.hasWork = new boolean[groups];
        this.recordCosts = new double[groups];
    }

    /** Adds a group, which has work now. */
    void join(int group) {
        hasWork[group] = true;
        groups++;
        weight += times.weight(group);
        count(group, 1);
    }

    /** Removes a group, which has no work left. */
    void leave(int group) {
        hasWork[group] = false;
        groups--;
        weight -= times.weight(group);
        if (groups == 0) {
            costByWeight = 0;
            cost = 0;
        } else {
            count(group, -1);
        }
    }

    /** Follows a change of weight. */
    void weightChanged(int group, int before) {
        if (hasWork[group]) {
            int change = times.weight(group) - before;
            weight += change;
            costByWeight += change * recordCosts[group];
        }
    }

    private void count(int group, int sign) {
        double signed = sign * recordCosts[group];
        costByWeight += signed * times.weight(group);
        cost += signed;
    }

    boolean hasWork(int group) {
        return hasWork[group];
    }

    /** Returns the number of groups that have work. */
    int groups() {
        return groups;
    }

    /** Learns from the size and the cost of a group's batch. */
    void learn(int group, int batchRecords, long batchCost) {
        double before = recordCosts[group];
        double sample = batchCost == batchRecords ? 1 : (double) batchCost / Math.max(1, batchRecords);
        if (sample != before) {
            double average =
                    before == 0 ? sample : before + SMOOTHING * (Math.min(sample, MAX_OF_AVERAGE * before) - before);
            double rounded = Math.max(1, Math.rint(average * PARTS_OF_UNIT)) / PARTS_OF_UNIT;
            recordCosts[group] = rounded;
            if (hasWork[group]) {
                costByWeight += (rounded - before) * times.weight(group);
                cost += rounded - before;
            }
        }
    }

    /** Returns the average cost of a group's record. */
    double recordCost(int group) {
        return recordCosts[group];
    }

    /** Returns the estimated cost of a round. */
    double cost() {
        return groups == 0 ? 0 : Math.max(records * costByWeight / weight, cost);
    }

    /** Returns the average cost of a batch over the groups that have work; there must be one. */
    double meanBatchCost() {
        return cost() / groups;
    }

    /**
     * Returns the number of records in a batch of a group: its part of the round by weight, among the groups that have work and
     * this one.
     */
    int batchSize(int group) {
        return (int) Math.max(1, (long) records * times.weight(group) / weightWith(group));
    }

    /** How many of so many workers are due to a group by weight among those with work, and this one: of a part, one more. */
    int dueWorkers(int group, int workers) {
        long sum = weightWith(group);
        return (int) (((long) workers * times.weight(group) + sum - 1) / sum);
    }

    private long weightWith(int group) {
        return hasWork[group] ? weight : weight + times.weight(group);
    }
}
