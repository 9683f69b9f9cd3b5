package dev.braid.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * Has batches handled by workers.
 * <p>
 * The next batch is chosen when a worker becomes free, not earlier: the worker takes whichever is due first, of the batches in
 * the reserve (see {@link Exchange}) and the one that goes on with the batch that it has just handled. The conductor keeps both
 * up to date:
 * <ul>
 *   <li>The reserve holds one batch for each worker, of the groups that are furthest behind. If a group turns up that is further
 *       behind than these, the batch that is due last is withdrawn for it.</li>
 *   <li>If all sub-streams of a group are leased, each of its running batches gets one that goes on with it. Otherwise a group
 *       with few sub-streams would lose its worker after every batch, and with it a part of its share. If the worker goes on with
 *       another batch that is due earlier, it puts this one into the reserve.</li>
 * </ul>
 * Batches therefore begin in the order in which they are due, as if every worker asked the scheduler when it becomes free, and no
 * group is bound to a worker, or locked out of one, for longer than the running batches last.
 */
final class WorkerDispatcher<E> implements Dispatcher {
    private final InFlight<E> inFlight;
    private final Batches<E> batches;
    private final WeightedScheduler scheduler;
    private final Exchange exchange;
    private final WorkerAccount<E> account;
    private final Worker<E>[] workers;
    private final MergeAgent<E> mergeAgent;

    private final BitSet groupsInReserve = new BitSet();

    WorkerDispatcher(
            InFlight<E> inFlight,
            Batches<E> batches,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            Exchange exchange,
            Worker<E>[] workers,
            MergeAgent<E> mergeAgent) {
        this.inFlight = inFlight;
        this.batches = batches;
        this.scheduler = scheduler;
        this.exchange = exchange;
        this.account = new WorkerAccount<>(exchange, batches, backlog);
        this.workers = workers;
        this.mergeAgent = mergeAgent;
    }

    @Override
    public void onStart() {
        // The merge thread starts the merge handler; workers have nothing to start.
    }

    @Override
    public int catchUp() {
        int work = inFlight.freeMerged() + takeBack();
        account.update();
        limitClaims();
        noteNext();
        return work;
    }

    @Override
    public int dispatch() {
        int work = goOn() + fillReserve();
        noteNext();
        return work;
    }

    /** Hands on what running batches can go on with, and updates when that is due. */
    private int goOn() {
        int work = 0;
        for (Batch batch = account.running(0); batch != null; batch = account.running(batch.index + 1)) {
            Batch further = batch.handedFurther;
            if (further != null) {
                long due = scheduler.due(batch.group);
                if (further.due != due) {
                    further.due = due;
                }
            } else if (batch.isBegun && batches.hasFree() && batches.canGoOn(batch)) {
                further = batches.further(batch);
                work += further.records;
                account.handFurther(batch, further);
            }
        }
        return work;
    }

    /** A group that has as many workers as it can use, and no batch in the reserve, accumulates no claim. */
    private void limitClaims() {
        long step = 0;
        groupsInReserve.clear();
        for (int slot = 0; slot < account.slots(); slot++) {
            Batch batch = account.inReserve(slot);
            if (batch != null) {
                groupsInReserve.set(batch.group);
                step = Math.max(step, scheduler.step(batch.group));
            }
        }
        for (Batch batch = account.running(0); batch != null; batch = account.running(batch.index + 1)) {
            step = Math.max(step, scheduler.step(batch.group));
        }
        Batch first = account.first();
        long next = first == null ? scheduler.latestDue() : first.due;
        for (Batch batch = account.running(0); batch != null; batch = account.running(batch.index + 1)) {
            if (!groupsInReserve.get(batch.group) && scheduler.isBlocked(batch.group)) {
                scheduler.limitClaim(batch.group, next, step);
            }
        }
    }

    /** Fills the reserve. Each round of the loop fills an empty slot, or replaces a batch by one that is due earlier, so it ends. */
    private int fillReserve() {
        int work = 0;
        int group;
        while (batches.hasFree() && (group = scheduler.pick()) != WeightedScheduler.NONE) {
            long due = dueOf(group);
            int slot = account.slotFor(due);
            if (slot == Exchange.NONE) {
                break;
            }
            boolean goesFirst = goesFirst(group);
            Batch batch = batches.next(group, due, takers(group));
            batch.isFresh = goesFirst;
            if (account.layOut(slot, batch)) {
                work += batch.records;
            }
        }
        return work;
    }

    /**
     * The number of workers among which the sub-streams of a group are divided: those that are due to the group, or have nothing to
     * do. If all sub-streams with few records went into one batch, one worker would handle them one after the other, whatever is
     * due to the group.
     */
    private int takers(int group) {
        return Math.max(account.emptySlots(), scheduler.dueWorkers(group, account.slots()));
    }

    private void noteNext() {
        Batch first = account.first();
        if (first == null) {
            scheduler.clearNextDue();
        } else {
            scheduler.setNextDue(first.due);
        }
    }

    /** A group that is served out of turn goes before all that were served before, and of equals one that has just woken. */
    private long dueOf(int picked) {
        long due = scheduler.due(picked);
        Batch first = goesFirst(picked) ? account.firstServedBefore() : null;
        if (first != null
                && !Batch.isDueBefore(due, first.due)
                && (due == first.due || scheduler.isPickedOnRequest())) {
            return first.due - 1;
        }
        return due;
    }

    private boolean goesFirst(int picked) {
        return scheduler.isFresh(picked) || scheduler.isPickedOutOfTurn();
    }

    private int takeBack() {
        int records = 0;
        Batch batch;
        while ((batch = exchange.pollDone()) != null) {
            records += batch.records;
            account.takeBack(batch);
        }
        return records;
    }

    @Override
    public void recall() {
        account.withdrawAll();
    }

    @Override
    public void idle() {
        // The merge thread sees it by itself.
    }

    @Override
    public long mostSleepNs() {
        return Long.MAX_VALUE; // Workers and the merge thread wake the conductor.
    }

    @Override
    public boolean quiesce() {
        boolean allEnded = true;
        for (Worker<E> worker : workers) {
            allEnded &= worker.hasEnded(); // Before its last batches are looked for.
        }
        takeBack();
        return allEnded;
    }

    @Override
    public List<Agent> agents() {
        List<Agent> agents = new ArrayList<>(List.of(workers));
        agents.add(mergeAgent);
        return agents;
    }

    /** The threads that run handlers, as agents. */
    Worker<E>[] workers() {
        return workers;
    }

    MergeAgent<E> mergeAgent() {
        return mergeAgent;
    }

    @Override
    public void close() {
        for (Worker<E> worker : workers) {
            worker.stop();
        }
        mergeAgent.conductorHasEnded();
    }
}
