package dev.braid.engine;

/**
 * Picks the group to serve next, and the size of its batch: start-time fair queueing over batches, and a way past the queue for
 * groups that have just woken and ask for no more than is still due to them. DESIGN.md gives the reasons and proves the bound.
 * <p>
 * <b>In turn.</b> Every group has a virtual time, which advances by {@code cost / weight} with its service. The backlogged group
 * with the earliest virtual time is served: among equals one that has just woken, then the one that has waited longest. A group
 * that wakes starts at the present, which is the virtual time of the backlogged group that is furthest behind: it claims no service
 * for the time that it had nothing to do, and is served next. While two groups i and j both stay backlogged, this keeps {@code
 * |S_i/w_i - S_j/w_j| <= B_i/w_i + B_j/w_j}, with S the service and B the largest batch of each.
 * <p>
 * <b>Out of turn.</b> {@link Accounts} keep the service that each group has had, and their average moves as evenly as a fluid
 * would. A group that has had more than that average owes the difference, however often it sleeps and wakes. When it wakes it
 * starts that far behind the others, by one batch at most; but as long as what it owes and the records that come next are together
 * no more than its due in a round, it is served at once; see {@link OutOfTurn}. If it asks for more than may be served at once, it
 * is served in parts, by turns with the others, until it is ahead of them by its due in a round; for such a group, B in the bound
 * above is that due if it is more than a batch. A group that sleeps after its first batch stays backlogged beside nobody, so that
 * it needs no such limit.
 * <p>
 * <b>Weights.</b> A change moves no group in virtual time, but no group owes more than a batch at the new weight.
 * <p>
 * <b>Workers.</b> With workers, a group can have work that nobody may take because all sub-streams with waiting records are leased:
 * it is blocked. A group whose sub-streams are all being handled and that would still be served next cannot use its due. Missed
 * service must not accumulate: otherwise, once unblocked, the group would starve the others. It claims no more than {@value #CLAIM}
 * of the largest steps; see {@link #limitClaim}. That is enough to keep it first in line, and with it all the service that it can
 * use.
 * <p>
 * <b>Order of calls:</b> {@link #pick}, {@link #pickedSize}, {@link #charge}, then {@link #sleep} for a group that has nothing
 * left, and {@link #measureLead}; {@link #correct} at any later time, with what {@link #charge} returned, also while the group
 * sleeps; everything else between a charge and the next pick. A pick that is not followed by a charge changes nothing. A group that
 * was picked must be served all its waiting records, up to its {@link #pickedSize}: the bound holds for a group whose whole request
 * is served out of turn only if it sleeps afterwards.
 * <p>
 * Binary heaps hold the groups that can be picked, in turn and out of turn; a pick with its charge costs O(log groups),
 * whatever the number of sub-streams. For the conductor only.
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

    /** By group: the number of its last charge; negative if it was not served since it woke. */
    private final long[] waitingSince;
    /** By group: the advance of its virtual time by its last batch. */
    private final long[] steps;
    /** By group: the charge for its last batch. */
    private final long[] lastCosts;

    private long number;
    /** The charge for the last batch of any group. */
    private long lastCost;

    /** The largest virtual time at which a group was picked in turn. */
    private long latestPick;

    /** The distance by which the origin was moved, modulo 2^64. */
    private long origin;

    private long nextDue;
    private boolean hasNextDue;

    /** The largest virtual time of all backlogged groups, which is the present if no group is backlogged. */
    private long latest;

    /**
     * @param weights by group.
     * @param round   records of a round, which all backlogged groups get between them before each has had its batch.
     * @param meter   receives all service.
     * @param demand  tells how many records groups have waiting.
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

    /** Notes that a group has work, which may be blocked. Does nothing if it had some before. */
    void wake(int group) {
        if (!round.hasWork(group)) {
            begin(group);
        }
    }

    /** Notes that a group has work that can be picked. Does nothing if it had some before. */
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
            moveToPresent(group);
        } else if (debt < times.distance(lastCosts[group], group)) {
            moveToPresent(group);
            times.delay(group, debt);
        } else {
            moveBatchAhead(group);
        }
        accounts.wake(group);
        waitingSince[group] = Long.MIN_VALUE + number++;
        round.join(group);
        latest = Math.max(latest, times.of(group));
        meter.wake(group);
    }

    /** Moves a group ahead of the present by its last batch. */
    private void moveBatchAhead(int group) {
        moveToPresent(group);
        times.add(group, Math.min(lastCosts[group], VirtualTimes.MAX_COST));
    }

    private void moveToPresent(int group) {
        long present = present();
        if (!turns.isEmpty() && turns.first() != group && times.of(turns.first()) == present) {
            times.setTo(group, turns.first());
        } else {
            times.set(group, present);
        }
    }

    /** Returns whether a backlogged group was not served since it woke. */
    boolean isFresh(int group) {
        return waitingSince[group] < 0;
    }

    /** Notes that a group has no work left, or none that can be done. To be called after its charge. */
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

    /** Returns whether there is a group that can be picked. */
    boolean canPick() {
        return !turns.isEmpty();
    }

    /** Returns the group to serve, or {@link #NONE}. */
    int pick() {
        if (turns.isEmpty()) {
            return NONE;
        }
        int next = turns.first();
        return outOfTurn.pick(next, isFresh(next), turns.size() > 1);
    }

    /** Returns how many records the picked group may have handled: its batch, or all that it asks for out of turn. */
    int pickedSize(int group) {
        return isPickedOnRequest() ? outOfTurn.pickedRecords() : batchSize(group);
    }

    /** Returns whether the picked group is to be served what it asks for, which may be more than its batch. */
    boolean isPickedOnRequest() {
        return outOfTurn.pickedRecords() > 0;
    }

    /** Returns whether the picked group is served before its turn. */
    boolean isPickedOutOfTurn() {
        return outOfTurn.picked() != NONE;
    }

    /** Returns whether a group is blocked. */
    boolean isBlocked(int group) {
        return round.hasWork(group) && !turns.contains(group);
    }

    /** Returns the virtual time at which a group is due. It wraps, so only differences are meaningful. */
    long due(int group) {
        return origin + times.of(group);
    }

    /** Returns the advance of a group's virtual time by its last batch. */
    long step(int group) {
        return steps[group];
    }

    /** Returns the virtual time at which the last group that was served in turn was due. */
    long latestDue() {
        return origin + latestPick;
    }

    /** Sets when the first of the batches is due that were charged for and not begun. */
    void setNextDue(long due) {
        nextDue = due;
        hasNextDue = true;
    }

    /** Notes that there is no batch that was charged for and not begun. */
    void clearNextDue() {
        hasNextDue = false;
    }

    /**
     * Limits the claim of a blocked group, which cannot use more than it has.
     *
     * @param next when the next batch in line is due.
     * @param step the largest step of the groups that it competes with.
     */
    void limitClaim(int group, long next, long step) {
        long least = next - origin - CLAIM * Math.min(step, VirtualTimes.MAX_STEP);
        long missed = least - times.of(group);
        if (missed > 0) {
            times.set(group, least);
            accounts.add(group, missed);
        }
    }

    /** Returns whether no group that can be picked is further behind than this one, which may have no work at all. */
    boolean isDue(int group) {
        if (turns.isEmpty()) {
            return true;
        }
        return round.hasWork(group) ? times.compare(group, turns.first()) <= 0 : accounts.debt(group) == 0;
    }

    /** Returns how many records a group may have handled: the round divided by weight among the backlogged groups and this one. */
    int batchSize(int group) {
        return round.batchSize(group);
    }

    /** Returns how many workers are due to a group; see {@link Round#dueWorkers}. */
    int dueWorkers(int group, int workers) {
        return round.dueWorkers(group, workers);
    }

    /**
     * Charges a group for its batch: the picked group, or a blocked one.
     *
     * @param records of the batch.
     * @param cost    of the batch; at most {@link VirtualTimes#MAX_COST} of it counts.
     * @param canGoOn whether it has more work that can be picked.
     * @return the charge, for {@link #correct}: 0 if earlier charges have put the group far ahead of all others.
     */
    long charge(int group, int records, long cost, boolean canGoOn) {
        long start = times.of(group);
        latestPick = Math.max(latestPick, turns.isEmpty() ? start : Math.min(start, times.of(turns.first())));
        boolean isPart = outOfTurn.charged(group);
        boolean isFarAhead = start > latestPick + VirtualTimes.MAX_LEAD - VirtualTimes.MAX_STEP;
        long charged = isFarAhead ? 0 : cost;
        meter.served(group, charged);
        meter.batch(group, charged);
        times.add(group, Math.min(charged, VirtualTimes.MAX_COST));
        round.learn(group, records, cost);
        steps[group] = times.of(group) - start;
        accounts.add(group, times.distance(charged, group));
        lastCosts[group] = charged;
        lastCost = charged;
        latest = Math.max(latest, times.of(group));
        waitingSince[group] = number++;
        if (isPart) {
            meter.batch(group, 1 + times.lead(group, turns.first())); // It is rounded down.
        }
        if (canGoOn) {
            turns.moveBack(group);
            outOfTurn.served(group);
        } else {
            removeFromTurns(group);
        }
        if (latestPick >= VirtualTimes.REBASE_AT) {
            rebase();
        }
        if (accounts.isFar()) {
            outOfTurn.rebase(accounts.rebase());
        }
        return charged;
    }

    private void removeFromTurns(int group) {
        if (turns.contains(group)) {
            turns.remove(group);
        }
        outOfTurn.remove(group);
    }

    /** Corrects the charge for a batch to its cost. */
    void correct(int group, long charged, long cost) {
        meter.served(group, cost - charged);
        meter.batch(group, cost);
        advance(group, Math.min(cost, VirtualTimes.MAX_COST) - Math.min(charged, VirtualTimes.MAX_COST));
        measureLead(group);
    }

    /**
     * Charges a group for service outside its batches, such as shedding. It need not have work.
     *
     * @param cost counts as a batch of its own.
     */
    void chargeUnpicked(int group, long cost) {
        meter.served(group, cost);
        meter.batch(group, cost);
        steps[group] = advance(group, Math.min(cost, VirtualTimes.MAX_COST));
        outOfTurn.remove(group); // The bound holds for a group served out of turn because it had nothing since it woke.
        lastCosts[group] = cost;
        measureLead(group);
    }

    /** Advances a group that was not picked. Returns by how much. */
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
        accounts.add(group, times.distance(cost, group));
        outOfTurn.update(group);
        return time - start;
    }

    /**
     * Measures how much more service a backlogged group had than its due, compared with the group furthest behind that can be
     * picked. To be called after every charge.
     */
    void measureLead(int group) {
        if (round.hasWork(group) && !turns.isEmpty()) {
            meter.lead(group, times.lead(group, turns.first()));
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
            moveBatchAhead(group);
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
