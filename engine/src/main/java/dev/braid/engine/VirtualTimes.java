package dev.braid.engine;

/**
 * Weights and virtual times of groups. A virtual time is a group's service, divided by its weight.
 * <p>
 * It is a whole number of 2^-{@value #FRACTION_BITS} units, and the remainder of the division by the weight. The remainder is
 * carried to the next charge and counts in comparisons, so that nothing is lost to rounding, whatever the weights and however long
 * the engine runs. A group that is set to another one's time takes its remainder, too, with the weight that it is a part of.
 * <p>
 * Nothing here can overflow. A charge moves a time by at most {@link #MAX_STEP}; the scheduler keeps all times within {@link
 * #MAX_LEAD} of the latest pick; and it moves the origin there whenever it is beyond {@link #REBASE_AT}. Every time is therefore
 * within 2^62 of the origin, and so is every difference of two.
 * <p>
 * The average is kept in floating point. It decides only who may be served out of turn, so its rounding changes no bound, and
 * moving the origin calculates it anew. For the conductor only.
 */
final class VirtualTimes {
    static final int FRACTION_BITS = 20;

    /** Upper limit of a batch's cost: four and a half minutes, if nanoseconds are the cost. */
    static final long MAX_COST = 1L << 38;

    static final long MAX_STEP = MAX_COST << FRACTION_BITS;
    static final long MAX_LEAD = 4 * MAX_STEP;
    static final long REBASE_AT = 1L << 52;

    private final int[] weights;
    private final long[] times;
    /** By group: the remainder, in parts of its denominator. */
    private final int[] remainders;
    /** By group: the weight by which was divided when the remainder was left. */
    private final int[] denominators;

    VirtualTimes(int[] weights) {
        this.weights = weights.clone();
        this.times = new long[weights.length];
        this.remainders = new int[weights.length];
        this.denominators = weights.clone();
    }

    int weight(int group) {
        return weights[group];
    }

    /** Changes a weight, and no virtual time. */
    void setWeight(int group, int weight) {
        weights[group] = weight;
    }

    long of(int group) {
        return times[group];
    }

    /** Returns a negative number if a group's time is before another's, 0 if they are equal. */
    long compare(int a, int b) {
        long difference = times[a] - times[b];
        return difference != 0
                ? difference
                : (long) remainders[a] * denominators[b] - (long) remainders[b] * denominators[a];
    }

    /** Advances a group by a cost, or moves it back by a negative one. */
    void add(int group, long cost) {
        divide(group, cost << FRACTION_BITS);
    }

    private void divide(int group, long service) {
        int weight = weights[group];
        long due = service + carry(group, weight);
        times[group] += Math.floorDiv(due, weight);
        remainders[group] = Math.floorMod(due, weight);
        denominators[group] = weight;
    }

    /** Returns the remainder as a part of the weight. It is rounded only for the first charge after a waking or a new weight. */
    private long carry(int group, int weight) {
        int denominator = denominators[group];
        return denominator == weight ? remainders[group] : (long) remainders[group] * weight / denominator;
    }

    /** Moves a group ahead by a distance of at most {@link #MAX_STEP}, which need not be a whole number of units. */
    void delay(int group, double distance) {
        long units = (long) distance;
        times[group] += units;
        divide(group, (long) ((distance - units) * weights[group]));
    }

    /** Sets a group's time, without a remainder. */
    void set(int group, long time) {
        remainders[group] = 0;
        times[group] = time;
    }

    /** Sets a group's time and keeps its remainder. */
    void move(int group, long time) {
        times[group] = time;
    }

    /** Sets a group's time to that of another group. */
    void setTo(int group, int other) {
        times[group] = times[other];
        remainders[group] = remainders[other];
        denominators[group] = denominators[other];
    }

    /** Moves the origin. Times far before it, which only sleepers have, are brought nearer. */
    void rebase(long origin) {
        for (int i = 0; i < times.length; i++) {
            times[i] = Math.max(times[i] - origin, -MAX_LEAD);
        }
    }

    /** Returns the service, in whole units of cost, by which a group is ahead of another one. */
    long lead(int group, int other) {
        return (long) (ahead(group, other) / (1L << FRACTION_BITS) * weights[group]);
    }

    /** Returns by how much virtual time a group is ahead of another one. */
    double ahead(int group, int other) {
        return times[group] - times[other] + fraction(group) - fraction(other);
    }

    private double fraction(int group) {
        return (double) remainders[group] / denominators[group];
    }

    /** Returns what a cost advances a group by, not rounded to whole units. */
    double distance(long cost, int group) {
        return ofCost((double) Math.max(-MAX_COST, Math.min(cost, MAX_COST)) / weights[group]);
    }

    /** Returns a cost for each unit of weight as a difference of virtual times. */
    static double ofCost(double cost) {
        return cost * (1L << FRACTION_BITS);
    }
}
