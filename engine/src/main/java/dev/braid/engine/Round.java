package dev.braid.engine;

/**
 * A round: the service in which every group that has work is served one batch. It says how large batches are, and what a
 * round costs.
 * <p>
 * A batch is the group's part of the round by weight, at least one record, and its records cost what those of its last batches
 * did. So a round costs at least {@code R * sum(w * c) / sum(w)}, at least {@code sum(c)}, and no more than both together,
 * with c for the cost of a record: the larger of the two is what it counts as here, for it is known without a look at each
 * group. Many light groups with a record each make a round longer, and so do groups whose records cost more than those of
 * others: what is due to a group in it is its part of all that. For the conductor only.
 */
final class Round {
    /** Of the last batch in the average of what a record costs. */
    private static final double SMOOTHING = 0.25;

    /** A batch counts as so many times the average at most: one whose thread was stopped tells nothing of the next. */
    private static final double MOST_OF_AVERAGE = 4;

    /** Costs of a record are whole numbers of parts of a unit, so that sums of them are exact. */
    private static final double PARTS_OF_UNIT = 256;

    private final int records;
    private final VirtualTimes times;
    private final boolean[] hasWork;
    /** By group: what its records cost on average; 0 before it was served for the first time. */
    private final double[] recordCosts;

    // Of the groups that have work: how many, the sum of their weights, and of what a record of each costs.

    private int groups;
    private long weight;
    private double costByWeight;
    private double cost;

    /** @param records of a round, when all groups' shares of it are whole records. */
    Round(int records, VirtualTimes times, int groups) {
        this.records = records;
        this.times = times;
        this.hasWork = new boolean[groups];
        this.recordCosts = new double[groups];
    }

    /** A group has work. It had none before. */
    void join(int group) {
        hasWork[group] = true;
        groups++;
        weight += times.weight(group);
        count(group, 1);
    }

    /** A group has no work any more. */
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

    /** A weight has changed. */
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

    /** How many groups have work. */
    int groups() {
        return groups;
    }

    /** A batch of a group had so many records, and cost so much. */
    void learn(int group, int batchRecords, long batchCost) {
        double before = recordCosts[group];
        double sample = batchCost == batchRecords ? 1 : (double) batchCost / Math.max(1, batchRecords);
        if (sample != before) {
            double average =
                    before == 0 ? sample : before + SMOOTHING * (Math.min(sample, MOST_OF_AVERAGE * before) - before);
            double rounded = Math.max(1, Math.rint(average * PARTS_OF_UNIT)) / PARTS_OF_UNIT;
            recordCosts[group] = rounded;
            if (hasWork[group]) {
                costByWeight += (rounded - before) * times.weight(group);
                cost += rounded - before;
            }
        }
    }

    /** What a record of a group costs on average. */
    double recordCost(int group) {
        return recordCosts[group];
    }

    /** What a round costs, with what is known so far. */
    double cost() {
        return groups == 0 ? 0 : Math.max(records * costByWeight / weight, cost);
    }

    /** What a batch costs on average over the groups that have work; there must be one. */
    double meanBatchCost() {
        return cost() / groups;
    }

    /** How many records a batch of a group may have: the round divided by weight among those with work, and this one. */
    int batchSize(int group) {
        int own = times.weight(group);
        return (int) Math.max(1, (long) records * own / (hasWork[group] ? weight : weight + own));
    }
}
