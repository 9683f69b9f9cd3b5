package dev.braid.engine;

/**
 * What groups have had, compared with what a fluid would have given them that divides its capacity between them by weight.
 * <p>
 * A group has an account as long as it has work, and after that as long as it owes: it begins at the average of all accounts by
 * weight, and advances by {@code cost / weight} with the service that the group gets. So the average advances as evenly as
 * the fluid would. It stays where it is when a group begins, for that begins there; and when a group ends that owes something,
 * for that goes on to count until the average has caught up with it. When a group ends that has had less than the average, what
 * it left is divided between the others, and the average is raised. It is never moved back: what would do so is put against what
 * it advances next.
 * <p>
 * Floating point: accounts decide who is served out of turn and who starts behind others, within limits on which alone bounds
 * depend. Numbers are virtual times as in {@link VirtualTimes}, but from an origin of their own. For the conductor only.
 */
final class Accounts {
    /** Below that, the distance of two accounts is known to a small part of a unit. */
    private static final double REBASE_AT = 1L << 48;

    /** For weights. */
    private final VirtualTimes times;

    private final double[] accounts;
    /** By group: whether its account counts in the average. */
    private final boolean[] counts;
    /** Groups without work whose accounts count, by account. */
    private final GroupHeap owing;

    private double average;
    /** At most 0: what the average would have been moved back by. With it, it is the mean of the accounts by weight. */
    private double setBack;
    /** Of the groups whose accounts count. */
    private long weight;

    Accounts(VirtualTimes times, int groups) {
        this.times = times;
        this.accounts = new double[groups];
        this.counts = new boolean[groups];
        this.owing = new GroupHeap(groups) {
            @Override
            boolean precedes(int a, int b) {
                return accounts[a] < accounts[b];
            }
        };
    }

    double average() {
        return average;
    }

    double of(int group) {
        return accounts[group];
    }

    /** The sum of the weights of all groups whose accounts count. */
    long weight() {
        return weight;
    }

    /** How far a group without work is ahead of the average of all others; 0 if it owes nothing. */
    double debt(int group) {
        long others = weight - times.weight(group);
        return counts[group] && others > 0 ? Math.max(0, accounts[group] - average) * weight / others : 0;
    }

    /** A group has work. */
    void wake(int group) {
        if (counts[group]) {
            owing.remove(group);
        } else {
            begin(group);
        }
    }

    private void begin(int group) {
        counts[group] = true;
        accounts[group] = average;
        setBack *= (double) weight / (weight + times.weight(group)); // It begins above the mean by what that is.
        weight += times.weight(group);
    }

    /** A group has no work any more. */
    void sleep(int group) {
        owing.add(group);
        settle();
    }

    /** Nobody has work: nobody owes anything. */
    void clear() {
        while (!owing.isEmpty()) {
            end(owing.first());
        }
    }

    /** A group's service advances its account by so much, or takes so much back. */
    void add(int group, long step) {
        if (!counts[group]) {
            if (step <= 0) {
                return; // It does not count what one had that owes nothing.
            }
            begin(group);
            owing.add(group);
        }
        accounts[group] += step;
        if (owing.contains(group)) {
            owing.move(group);
        }
        advance((double) step * times.weight(group) / weight);
    }

    /**
     * A weight has changed. Nobody has had more or less service by that: so the average stays where it is, but for what is cut.
     *
     * @param before    the weight.
     * @param roundCost what a round costs: it is ahead or behind by its part of that at most.
     */
    void weightChanged(int group, int before, double roundCost) {
        if (counts[group]) {
            int after = times.weight(group);
            weight += after - before;
            double mean = average + setBack;
            double lead = accounts[group] - mean;
            double most = VirtualTimes.ofCost(roundCost / weight);
            double kept = Math.max(-most, Math.min(lead * before / after, most));
            accounts[group] = mean + kept;
            if (owing.contains(group)) {
                owing.move(group);
            }
            advance((kept * after - lead * before) / weight);
        }
    }

    private void advance(double step) {
        setBack += step;
        if (setBack > 0) {
            average += setBack;
            setBack = 0;
        }
        settle();
    }

    /** Ends the accounts of those that owe nothing any more. */
    private void settle() {
        while (!owing.isEmpty() && accounts[owing.first()] <= average) {
            end(owing.first());
        }
    }

    private void end(int group) {
        owing.remove(group);
        counts[group] = false;
        weight -= times.weight(group);
        if (weight == 0) {
            average = Math.max(average, accounts[group]);
            setBack = 0;
        } else {
            setBack += (average + setBack - accounts[group]) * times.weight(group) / weight;
            if (setBack > 0) {
                average += setBack;
                setBack = 0;
            }
        }
    }

    /** Whether it is time to move the origin. */
    boolean isFar() {
        return average >= REBASE_AT;
    }

    /** Moves the origin to the average. Returns by how much. */
    double rebase() {
        double origin = average;
        for (int i = 0; i < accounts.length; i++) {
            accounts[i] -= origin;
        }
        average = 0;
        return origin;
    }
}
