package dev.braid.engine;

/**
 * Weights and virtual times of groups. A virtual time is a group's service, divided by its weight.
 * <p>
 * It is a whole number of 2^-{@value #FRACTION_BITS} units, and the remainder of the division by the weight. The remainder is
 * carried to the next charge and counts in comparisons, so that nothing is lost to rounding, whatever the weights and however long
 * the engine runs.
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
    private final int[] remainders;

    VirtualTimes(int[] weights) {
        this.weights = weights.clone();
        this.times = new long[weights.length];
        this.remainders = new int[weights.length];
    }

    int weight(int group) {
        return weights[group];
    }

    /** Changes a weight, and no virtual time. */
    void setWeight(int group, int weight) {
        remainders[group] = (int) ((long) remainders[group] * weight / weights[group]);
        weights[group] = weight;
    }

    long of(int group) {
        return times[group];
    }

    /** Returns a negative number if a group's time is before another's, 0 if they are equal. */
    long compare(int a, int b) {
        long difference = times[a] - times[b];
        return difference != 0 ? difference : (long) remainders[a] * weights[b] - (long) remainders[b] * weights[a];
    }

    /** Advances a group by a cost, or moves it back by a negative one. */
    void add(int group, long cost) {
        int weight = weights[group];
        long due = (cost << FRACTION_BITS) + remainders[group];
        long step = Math.floorDiv(due, weight);
        remainders[group] = Math.floorMod(due, weight);
        times[group] += step;
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
        set(group, times[other]);
        remainders[group] = (int) ((long) remainders[other] * weights[group] / weights[other]);
    }

    /** Moves the origin. Times far before it, which only sleepers have, are brought nearer. */
    void rebase(long origin) {
        for (int i = 0; i < times.length; i++) {
            times[i] = Math.max(times[i] - origin, -MAX_LEAD);
        }
    }

    /** Returns the service that a difference of virtual times is for a group. */
    long service(long difference, int group) {
        return (long) ((double) difference / (1L << FRACTION_BITS) * weights[group]);
    }

    /** Returns a cost for each unit of weight as a difference of virtual times. */
    static double ofCost(double cost) {
        return cost * (1L << FRACTION_BITS);
    }
}
