package dev.braid.engine;

import org.agrona.concurrent.NanoClock;

/**
 * Limits how many records leave unhandled between two batches, shed or failed, and charges their groups.
 * <ul>
 *   <li>Shedding is service. A group sheds at most as many records as its batch has, and only while no group that can be picked is
 *       further behind; its batches and its shedding alternate. It is charged one record for each, or with {@link
 *       CostModel#NANOSECONDS} the time that shedding and merging take. The bound on shares therefore includes shedding as a part
 *       of service.</li>
 *   <li>A record that fails before it has a sub-stream is charged in this way, too, to the group through whose ingress it
 *       came.</li>
 *   <li>A failed record of the shared ingress belongs to no group. Between two batches, at most as many of these fail as the last
 *       batch had records, and at most {@value #MAX_FAILURES}.</li>
 * </ul>
 * While no group has work that could be taken, a group's unhandled records delay nobody: at most a round of them leaves at a time,
 * without charge. Tagging itself is limited by the ring and the groups' in-flight bounds only: a record that is not tagged cannot
 * be picked, however urgent it is, and its tagging is paid for when it is handled.
 * <p>
 * For the conductor only.
 */
final class TaggingBudget<E> {
    private static final int MAX_FAILURES = 64;

    private final WeightedScheduler scheduler;
    /** Measures the cost; {@code null} if records are the cost. */
    private final NanoClock clock;

    private final int round;
    /** Groups that asked for a quota since {@link #begin}. */
    private final GroupState<E>[] asked;

    private int askedCount;
    private int failuresLeft;
    private int idleLeft;
    /** Whether workers have no room for the work that there is. */
    private boolean stuck;

    TaggingBudget(WeightedScheduler scheduler, NanoClock clock, int round, GroupState<E>[] groups) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.round = round;
        this.asked = groups.clone();
    }

    /**
     * Begins a tagging.
     *
     * @param served work that the dispatcher did since the last call; 0 if it had nothing to do.
     */
    void begin(int served) {
        stuck = served == 0 && scheduler.canPick();
        idleLeft = round;
        failuresLeft = served == 0 ? MAX_FAILURES : Math.min(served, MAX_FAILURES);
    }

    /** Takes one record that belongs to no group out of the budget. Returns whether it may fail. */
    boolean takeFailure() {
        return failuresLeft > 0 && failuresLeft-- > 0;
    }

    /** Takes one record of a group out of the budget. Returns whether it may be shed or fail, and then be {@link #charge}d. */
    boolean take(GroupState<E> group) {
        if (isIdle()) {
            return idleLeft > 0 && idleLeft-- > 0;
        }
        if (group.unhandledQuota == GroupState.NO_QUOTA) {
            asked[askedCount++] = group;
            group.unhandledQuota = isDue(group) ? Math.min(round, scheduler.batchSize(group.index)) : 0;
        }
        if (group.unhandledQuota == 0) {
            return false;
        }
        group.unhandledQuota--;
        return true;
    }

    private boolean isIdle() {
        return stuck || !scheduler.canPick();
    }

    /** A group that sheds must not use up its share before it has had a batch. */
    private boolean isDue(GroupState<E> group) {
        return !(group.hasPaidUnhandled && group.isReady()) && scheduler.isDue(group.index);
    }

    /** Returns when the work on a record begins, for {@link #charge}. */
    long now() {
        return clock == null ? 0 : clock.nanoTime();
    }

    /** Notes that a record of a group was shed or has failed. */
    void charge(GroupState<E> group, long startNs) {
        if (!isIdle()) {
            group.unhandledCost += clock == null ? 1 : Math.max(1, clock.nanoTime() - startNs);
        }
    }

    /** Ends a tagging: groups are charged. */
    void end() {
        while (askedCount > 0) {
            GroupState<E> group = asked[--askedCount];
            group.unhandledQuota = GroupState.NO_QUOTA;
            if (group.unhandledCost > 0) {
                scheduler.chargeUnpicked(group.index, group.unhandledCost);
                group.unhandledCost = 0;
                group.hasPaidUnhandled = true;
            }
        }
    }
}
