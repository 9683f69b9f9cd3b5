package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntPredicate;

/**
 * The promise on shares of one thread: with S for the service and B for the largest batch of a group, {@code |S_i/w_i - S_j/w_j| <=
 * B_i/w_i + B_j/w_j} between any two groups, over every interval in which both are backlogged. If a group was served in parts out
 * of turn, B is its due in a round if that is more. A change of a weight begins such an interval for its group, and its largest
 * batch is from then on the last one or a later one.
 */
final class ShareBound {
    /** Virtual times are rounded once after a group has woken, by less than a unit of 2^-20. */
    private static final double ROUNDING = 1.0 / (1 << VirtualTimes.FRACTION_BITS);

    final int[] weights;
    /** By group: the service so far. */
    final long[] served;

    private final long[] last;
    private final double[] largest;
    /** By group: the service so far divided by its weight of the time. */
    private final double[] virtual;

    private final double[][] least;
    private final double[][] most;
    private final String context;
    private double largestPart;

    /** @param context of messages. */
    ShareBound(int[] weights, String context) {
        int groups = weights.length;
        this.weights = weights.clone();
        this.served = new long[groups];
        this.last = new long[groups];
        this.largest = new double[groups];
        this.virtual = new double[groups];
        this.least = new double[groups][groups];
        this.most = new double[groups][groups];
        this.context = context;
    }

    /** A group is backlogged from now on. */
    void begin(int group) {
        for (int other = 0; other < weights.length; other++) {
            least[group][other] = most[group][other] = virtual[group] - virtual[other];
            least[other][group] = most[other][group] = virtual[other] - virtual[group];
        }
    }

    void setWeight(int group, int weight) {
        weights[group] = weight;
        largest[group] = last[group];
        virtual[group] = 0; // What it had at another weight would only take digits from what it gets.
        begin(group);
    }

    /**
     * Returns the most that can be due to a group in a round.
     *
     * @param mostCosts by group: what a record costs at most.
     */
    double dueInRound(int group, int round, double[] mostCosts, IntPredicate isBacklogged) {
        double sum = 0;
        double sumByWeight = 0;
        long weight = 0;
        for (int i = 0; i < weights.length; i++) {
            if (isBacklogged.test(i)) {
                sum += mostCosts[i];
                sumByWeight += mostCosts[i] * weights[i];
                weight += weights[i];
            }
        }
        return Math.max(round * sumByWeight / weight, sum) * weights[group] / weight;
    }

    /** A group was served in parts out of turn, and may have been ahead of others by so much. */
    void mayLead(int group, double service) {
        largest[group] = Math.max(largest[group], service);
    }

    /** A group had a batch, which is to be checked. */
    void count(int group, long service) {
        served[group] += service;
        last[group] = service;
        largest[group] = Math.max(largest[group], service);
        virtual[group] += (double) service / weights[group];
    }

    /**
     * Checks a group that had a batch.
     *
     * @param isBacklogged whether another group has been backlogged all the time since its interval began, as this one has.
     */
    void check(int group, IntPredicate isBacklogged) {
        for (int other = 0; other < weights.length; other++) {
            if (other != group && isBacklogged.test(other)) {
                check(group, other);
                check(other, group);
            }
        }
    }

    /** Notes the lags of a group that had a record, without a check: to all others, which are backlogged. */
    void note(int group) {
        for (int other = 0; other < weights.length; other++) {
            note(group, other);
            note(other, group);
        }
    }

    private void note(int i, int j) {
        double lag = virtual[i] - virtual[j];
        least[i][j] = Math.min(least[i][j], lag);
        most[i][j] = Math.max(most[i][j], lag);
    }

    /** Returns the largest lag between two groups over any interval. */
    double width(int i, int j) {
        return most[i][j] - least[i][j];
    }

    private void check(int i, int j) {
        note(i, j);
        double bound = largest[i] / weights[i] + largest[j] / weights[j];
        double width = width(i, j);
        largestPart = Math.max(largestPart, width / bound);
        assertTrue(
                width <= bound * (1 + ROUNDING),
                () -> "lag between groups " + i + " and " + j + " is " + width + ", the bound " + bound + "; "
                        + context);
    }

    /** Returns the largest lag so far, in parts of its bound. */
    double largestPart() {
        return largestPart;
    }
}
