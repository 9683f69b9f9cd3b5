package dev.braid.engine;

/**
 * Compares the service that groups have had with what a fluid server would have given them, one that divides its capacity between
 * them by weight.
 * <p>
 * A group has an account while it has work, and afterwards until it owes nothing. The account begins at the average of all accounts
 * by weight, and advances by {@code cost / weight} with the group's service, so the average advances as evenly as the fluid would.
 * Beginning an account leaves the average unchanged. A group that runs out of work while it is ahead of the average owes service;
 * its account counts until the average has caught up. If a group runs out of work behind the average, what it leaves is divided
 * between the others, which raises the average. The average never moves back: a change that would lower it is offset against later
 * advances.
 * <p>
 * Accounts are floating-point numbers. They decide who is served out of turn and who starts behind others, within limits; all
 * bounds depend on these limits alone. The numbers are virtual times as in {@link VirtualTimes}, from an origin of their own. For
 * the conductor only.
 */
final class Accounts {
    /** Below this value, the distance of two accounts is exact to a small part of a unit. */
    private static final double REBASE_AT = 1L << 48;

    /** Holds the weights. */
    private final VirtualTimes times;

    private final double[] accounts;
    /** By group: whether its account counts towards the average. */
    private final boolean[] counts;
    /** Groups without work whose accounts still count, by account. */
    private final GroupHeap owing;

    private double average;
    /**
     * At most 0: the distance that the average would have been moved back. Added to the average, it gives the mean of the accounts
     * by weight.
     */
    private double setBack;
    /** Sum over the groups whose accounts count. */
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

    /** Returns the sum of the weights of all groups whose accounts count. */
    long weight() {
        return weight;
    }

    /** Returns how far a group without work is ahead of the average of all others; 0 if it owes nothing. */
    double debt(int group) {
        long others = weight - times.weight(group);
        return counts[group] && others > 0 ? Math.max(0, accounts[group] - average) * weight / others : 0;
    }

    /** Notes that a group has work. */
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
        setBack *= (double) weight
                / (weight + times.weight(group)); // Its account begins above the mean by this difference.
        weight += times.weight(group);
    }

    /** Notes that a group has no work left. */
    void sleep(int group) {
        owing.add(group);
        settle();
    }

    /** Clears all debts, because no group has work. */
    void clear() {
        while (!owing.isEmpty()) {
            end(owing.first());
        }
    }

    /** Advances a group's account by its service, or takes a part back if the step is negative. */
    void add(int group, double step) {
        if (!counts[group]) {
            if (step <= 0) {
                return; // A group that owes nothing has no account to take from.
            }
            begin(group);
            owing.add(group);
        }
        accounts[group] += step;
        if (owing.contains(group)) {
            owing.move(group);
        }
        advance(step * times.weight(group) / weight);
    }

    /**
     * Follows a change of weight. No group has had more or less service because of it, so the average stays where it is, except for
     * what is cut.
     *
     * @param before    the earlier weight.
     * @param roundCost cost of a round: a group keeps a lead or lag of at most its part of a round.
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

    /** Ends the accounts of groups that no longer owe anything. */
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

    /** Returns whether it is time to move the origin. */
    boolean isFar() {
        return average >= REBASE_AT;
    }

    /** Moves the origin to the average, and returns the distance. */
    double rebase() {
        double origin = average;
        for (int i = 0; i < accounts.length; i++) {
            accounts[i] -= origin;
        }
        average = 0;
        return origin;
    }
}
