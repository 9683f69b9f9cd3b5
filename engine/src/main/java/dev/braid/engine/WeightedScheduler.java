package dev.braid.engine;

/**
 * Picks the group to serve next, and for how large a batch: start-time fair queueing over batches, with a way past the queue
 * for groups that have just woken and ask for no more than is still due to them. DESIGN.md says why, and proves the bound.
 * <p>
 * <b>In turn.</b> Every group has a virtual time, which advances by {@code cost / weight} with the service that it gets. The
 * backlogged group with the earliest is served: of equals one that has just woken, then the one that has waited longest. A
 * group that wakes starts at the present, which is the virtual time of the backlogged group that is furthest behind: it
 * claims no service for the time that it had nothing to do, and is served next. While two groups i and j both stay
 * backlogged, this keeps {@code |S_i/w_i - S_j/w_j| <= B_i/w_i + B_j/w_j}, with S the service and B the largest batch of
 * each.
 * <p>
 * <b>Out of turn.</b> {@link Accounts} keep what each group has had, and their average moves as evenly as a fluid would. A
 * group that has had more than that average owes the difference, however often it sleeps and wakes. When it wakes it starts
 * so far behind the others, by one batch at most; but if all that it has waiting and what it owes are together no more than
 * what is due to it in a round, it is served at once; see {@link OutOfTurn}. On one thread such a group sleeps again after it was
 * served, so that nobody stays backlogged beyond the bound.
 * <p>
 * <b>Weights.</b> A change moves nobody in virtual time, but nobody owes more than a batch at the new weight.
 * <p>
 * <b>Workers.</b> With workers a group can have work that nobody may take, because all sub-streams that it belongs to are
 * leased: it is blocked. A group that has all its sub-streams handled and would still be served next cannot use what is due to
 * it. What it misses it may not save up, or it would stop the others once it can use it: it claims no more than {@value #CLAIM}
 * of the largest steps; see {@link #limitClaim}. That is enough to keep it first in line, and with it all that it can use.
 * <p>
 * <b>To be called</b> in this order: {@link #pick}, {@link #pickedSize}, {@link #charge}, then {@link #sleep} for a group that
 * has nothing left, and {@link #measureLead}; {@link #correct} at any time later, with what {@link #charge} returned, also
 * while the group sleeps; everything else between a charge and the next pick. A pick that is not followed by a charge changes
 * nothing. A group that was picked is to be served all that it has waiting, up to its {@link #pickedSize}: who was picked out of
 * turn has no more, and only if it sleeps afterwards does the bound hold for it.
 * <p>
 * Two binary heaps hold the groups that can be picked, one by turn and one those that may be served out of turn; a pick with
 * its charge costs O(log groups), independent of sub-streams. For the conductor only.
 */
final class WeightedScheduler {
    static final int NONE = -1;
    private static final int CLAIM = 2;

    private final ShareMeter meter;
    private final VirtualTimes times;
    private final Round round;
    private final Accounts accounts;
    private final GroupHeap turns;
    private final OutOfTurn outOfTurn;

    /** By group: the number of its last charge, or if it was not served since it woke, a negative one. */
    private final long[] waitingSince;
    /** By group: by how much its last batch advanced its virtual time. */
    private final long[] steps;
    /** By group: what its last batch was charged. */
    private final long[] lastCosts;

    private long number;
    private boolean lastWasOutOfTurn;

    /** What the last batch was charged, of whichever group. */
    private long lastCost;

    /** How many records the group asked for that was picked, if all of them are to be served; otherwise 0. */
    private int request;

    /** The largest virtual time at which a group was picked in turn. */
    private long latestPick;

    /** How far the origin was moved, modulo 2^64. */
    private long origin;

    private long nextDue;
    private boolean hasNextDue;

    /** The largest of all virtual times of backlogged groups: the present when nobody is backlogged. */
    private long latest;

    /**
     * @param weights by group.
     * @param round   records of a round: what all backlogged groups get between them before each has had its batch.
     * @param meter   is told of all service.
     * @param demand  how many records groups have waiting.
     */
    WeightedScheduler(int[] weights, int round, ShareMeter meter, Demand demand) {
        int groups = weights.length;
        this.meter = meter;
        this.times = new VirtualTimes(weights);
        this.round = new Round(round, times, groups);
        this.turns = new GroupHeap(groups) {
            @Override
            boolean precedes(int a, int b) {
                return isInTurnBefore(a, b);
            }
        };
        this.accounts = new Accounts(times, groups);
        this.outOfTurn = new OutOfTurn(groups, times, this.round, accounts, demand);
        this.waitingSince = new long[groups];
        this.steps = new long[groups];
        this.lastCosts = new long[groups];
    }

    private boolean isInTurnBefore(int a, int b) {
        long difference = times.compare(a, b);
        return difference != 0 ? difference < 0 : waitingSince[a] < waitingSince[b];
    }

    /** A group has work, though perhaps blocked. Does nothing if it had some before. */
    void wake(int group) {
        if (!round.hasWork(group)) {
            begin(group);
        }
    }

    /** A group has work that can be picked. Does nothing if it had some before. */
    void enter(int group) {
        if (turns.contains(group)) {
            return;
        }
        if (!round.hasWork(group)) {
            begin(group);
        }
        turns.add(group);
        if (isFresh(group)) {
            outOfTurn.add(group, lastCost);
        }
    }

    private void begin(int group) {
        double debt = accounts.debt(group);
        if (debt == 0) {
            moveAhead(group, 0);
        } else if (debt < steps[group]) {
            times.move(group, present() + (long) debt);
        } else {
            moveAhead(group, lastCosts[group]);
        }
        accounts.wake(group);
        waitingSince[group] = Long.MIN_VALUE + number++;
        round.join(group);
        latest = Math.max(latest, times.of(group));
        meter.wake(group);
    }

    /** Moves a group to where it is ahead of the present by a cost. */
    private void moveAhead(int group, long cost) {
        long present = present();
        if (!turns.isEmpty() && turns.first() != group && times.of(turns.first()) == present) {
            times.setTo(group, turns.first());
        } else {
            times.set(group, present);
        }
        times.add(group, Math.min(cost, VirtualTimes.MAX_COST));
    }

    /** Whether a backlogged group was not served since it woke. */
    private boolean isFresh(int group) {
        return waitingSince[group] < 0;
    }

    /** A group has no work any more, or none that it could do. To be told after it was charged for what it did. */
    void sleep(int group) {
        if (round.hasWork(group)) {
            round.leave(group);
            accounts.sleep(group);
            if (round.groups() == 0) {
                accounts.clear();
            }
            meter.sleep(group);
        }
    }

    /** Whether there is a group that can be picked. */
    boolean canPick() {
        return !turns.isEmpty();
    }

    /** The group to serve, or {@link #NONE}. */
    int pick() {
        if (turns.isEmpty()) {
            return NONE;
        }
        int next = turns.first();
        request = 0;
        if (outOfTurn.isEmpty() || turns.size() == 1) {
            return next;
        }
        if (lastWasOutOfTurn && isFresh(next)) { // Those that ask for much do not wait for all that ask for little.
            request = outOfTurn.request(next);
            return next;
        }
        int other = outOfTurn.pick();
        if (other == NONE) {
            return next;
        }
        request = outOfTurn.request(other);
        return other;
    }

    /** How many records the group that was picked may have handled: its batch, or all that it asks for out of turn. */
    int pickedSize(int group) {
        return request > 0 ? request : batchSize(group);
    }

    /** Whether the group that was picked is to be served all that it has waiting, which may be more than its batch. */
    boolean isPickedWhole() {
        return request > 0;
    }

    /** Whether a group is blocked. */
    boolean isBlocked(int group) {
        return round.hasWork(group) && !turns.contains(group);
    }

    /** Whether the group that was picked is served out of turn, before all others. */
    boolean isOutOfTurn(int group) {
        return outOfTurn.contains(group) && group != turns.first();
    }

    /** The virtual time at which a group is due. It goes round, so that only differences of such times tell. */
    long due(int group) {
        return origin + times.of(group);
    }

    /** By how much a group's last batch advanced its virtual time. */
    long step(int group) {
        return steps[group];
    }

    /** The virtual time at which the last group was due that was served in turn. */
    long latestDue() {
        return origin + latestPick;
    }

    /** Of batches that were charged for, and not begun, none is due earlier. */
    void setNextDue(long due) {
        nextDue = due;
        hasNextDue = true;
    }

    /** No batch was charged for that is not begun. */
    void clearNextDue() {
        hasNextDue = false;
    }

    /**
     * A blocked group cannot use more than it has.
     *
     * @param next when what is next in line is due.
     * @param step the largest of those that it competes with.
     */
    void limitClaim(int group, long next, long step) {
        long least = next - origin - CLAIM * Math.min(step, VirtualTimes.MAX_STEP);
        long missed = least - times.of(group);
        if (missed > 0) {
            times.set(group, least);
            accounts.add(group, missed);
        }
    }

    /** Whether no group that can be picked is further behind than this one, which may have no work at all. */
    boolean isDue(int group) {
        if (turns.isEmpty()) {
            return true;
        }
        return round.hasWork(group) ? times.compare(group, turns.first()) <= 0 : accounts.debt(group) == 0;
    }

    /** How many records a group may have handled: the round divided by weight among the backlogged groups, and this one. */
    int batchSize(int group) {
        return round.batchSize(group);
    }

    /**
     * Charges a group for its batch: the picked one, or a blocked one.
     *
     * @param records   of the batch.
     * @param cost      of the batch; of more than {@link VirtualTimes#MAX_COST}, only so much.
     * @param canGoOn   whether it has more to do that can be picked.
     * @return what was charged, for {@link #correct}: nothing if the group is far ahead of all others with what it was charged
     *     before.
     */
    long charge(int group, int records, long cost, boolean canGoOn) {
        long start = times.of(group);
        latestPick = Math.max(latestPick, turns.isEmpty() ? start : Math.min(start, times.of(turns.first())));
        lastWasOutOfTurn = outOfTurn.remove(group);
        boolean isFarAhead = start > latestPick + VirtualTimes.MAX_LEAD - VirtualTimes.MAX_STEP;
        long charged = isFarAhead ? 0 : cost;
        meter.served(group, charged);
        meter.batch(group, charged);
        times.add(group, Math.min(charged, VirtualTimes.MAX_COST));
        round.learn(group, records, cost);
        steps[group] = times.of(group) - start;
        accounts.add(group, steps[group]);
        lastCosts[group] = charged;
        lastCost = charged;
        latest = Math.max(latest, times.of(group));
        waitingSince[group] = number++;
        if (canGoOn) {
            turns.moveBack(group);
        } else if (turns.contains(group)) {
            turns.remove(group);
        }
        if (latestPick >= VirtualTimes.REBASE_AT) {
            rebase();
        }
        if (accounts.isFar()) {
            outOfTurn.rebase(accounts.rebase());
        }
        return charged;
    }

    /** A batch for which its group was charged did not cost what was charged. */
    void correct(int group, long charged, long cost) {
        meter.served(group, cost - charged);
        meter.batch(group, cost);
        advance(group, Math.min(cost, VirtualTimes.MAX_COST) - Math.min(charged, VirtualTimes.MAX_COST));
        measureLead(group);
    }

    /**
     * Charges a group for what was done for it outside its batches, such as shedding. It need not have work.
     *
     * @param cost counts as a batch of its own.
     */
    void chargeUnpicked(int group, long cost) {
        meter.served(group, cost);
        meter.batch(group, cost);
        steps[group] = advance(group, Math.min(cost, VirtualTimes.MAX_COST));
        lastCosts[group] = cost;
        measureLead(group);
    }

    /** Moves a group that was not picked. Returns by how much. */
    private long advance(int group, long cost) {
        long start = times.of(group);
        times.add(group, cost);
        long time = times.of(group);
        long bounded = Math.max(latestPick - VirtualTimes.MAX_LEAD, Math.min(time, latestPick + VirtualTimes.MAX_LEAD));
        if (time != bounded) {
            times.move(group, bounded);
        }
        if (round.hasWork(group)) {
            latest = Math.max(latest, bounded);
        }
        if (turns.contains(group)) {
            turns.move(group);
        }
        accounts.add(group, time - start);
        outOfTurn.update(group);
        return time - start;
    }

    /**
     * How much more service a backlogged group had than its due, compared with who can be picked and is furthest behind. To
     * be told after every charge.
     */
    void measureLead(int group) {
        if (round.hasWork(group) && !turns.isEmpty()) {
            meter.lead(group, times.service(times.of(group) - times.of(turns.first()), group));
        }
    }

    private long present() {
        if (hasNextDue) {
            return nextDue - origin;
        }
        if (!turns.isEmpty()) {
            return times.of(turns.first());
        }
        return round.groups() > 0 ? latestPick : latest;
    }

    /** Changes a weight from the next pick on. */
    void setWeight(int group, int weight) {
        int before = times.weight(group);
        times.setWeight(group, weight);
        round.weightChanged(group, before);
        accounts.weightChanged(group, before, round.cost());
        steps[group] = (long) VirtualTimes.ofCost((double) lastCosts[group] / weight);
        if (round.hasWork(group) && times.of(group) - present() >= Math.max(1, steps[group])) {
            moveAhead(group, lastCosts[group]);
        }
        if (turns.contains(group)) {
            turns.move(group);
        }
        outOfTurn.update(group);
    }

    /** Moves the origin of virtual time to the latest pick. */
    private void rebase() {
        times.rebase(latestPick);
        latest -= latestPick;
        origin += latestPick;
        latestPick = 0;
    }
}
