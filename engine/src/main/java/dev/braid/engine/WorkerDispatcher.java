package dev.braid.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * Has batches handled by workers.
 * <p>
 * What is handled next is decided when a worker is free, and not before: it takes the batch that is due first, of those in
 * reserve (see {@link Exchange}) and the one that goes on with what it has just handled. The conductor keeps both up to date.
 * In reserve is a batch for each worker, of the groups that are furthest behind; should one come that is further behind than
 * these, the batch that is due last is taken back for it. And where all sub-streams of a group are leased, each of its batches
 * that are being handled has one to go on with: or a group with few sub-streams would lose its worker after every batch, and
 * with it a part of its share. If its worker goes on with another one that is due earlier, it goes into the reserve.
 * <p>
 * So batches begin in the order in which they are due, as they would if every worker asked the scheduler when it is free, and
 * no group is bound to a worker, or locked out of one, for longer than the batches last that are being handled.
 */
final class WorkerDispatcher<E> implements Dispatcher {
    private final InFlight<E> inFlight;
    private final Batches<E> batches;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final Exchange exchange;
    private final Worker<E>[] workers;
    private final MergeAgent<E> mergeAgent;

    /** By index, all that there are. */
    private final Batch[] all;

    /** By slot of the reserve: what was laid out there and, as far as is known, not taken. */
    private final Batch[] reserve;
    /** By index: the batches that are being handled. */
    private final BitSet running = new BitSet();

    private final BitSet inReserve = new BitSet();

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
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.exchange = exchange;
        this.workers = workers;
        this.mergeAgent = mergeAgent;
        this.all = batches.all();
        this.reserve = new Batch[exchange.slots()];
    }

    @Override
    public void onStart() {
        // The merge's thread starts the merge handler, and workers have nothing to start.
    }

    @Override
    public int dispatch() {
        int work = inFlight.freeMerged() + takeBack();
        noteMoved();
        limitClaims();
        work += goOn() + fillReserve();
        noteNext();
        return work;
    }

    /** Looks at what workers have taken from the reserve, or laid out there. */
    private void noteMoved() {
        for (int slot = 0; slot < reserve.length; slot++) {
            noteMoved(slot, exchange.peek(slot));
        }
    }

    private void noteMoved(int slot, Batch now) {
        Batch before = reserve[slot];
        if (now != before) {
            if (before != null) {
                running.set(before.index);
                clear(slot);
            }
            if (now != null) {
                running.clear(now.index);
                backlog.layOut(now);
                leftTo(now);
                now.slot = slot;
                reserve[slot] = now;
            }
        }
    }

    private void clear(int slot) {
        Batch batch = reserve[slot];
        reserve[slot] = null;
        backlog.pickUp(batch);
    }

    /**
     * A batch that goes on with another one was left to workers: from now on it is like all others. The other one has ended,
     * though it need not be back yet, and its leases are not the last ones: nothing else may go on with it.
     */
    private void leftTo(Batch further) {
        if (further.before != null) {
            running.clear(further.before.index);
            further.before.handedFurther = null;
            further.before = null;
            batches.charge(further);
        }
    }

    private int goOn() {
        int work = 0;
        for (int i = running.nextSetBit(0); i >= 0; i = running.nextSetBit(i + 1)) {
            Batch batch = all[i];
            Batch further = batch.handedFurther;
            if (further != null) {
                long due = scheduler.due(batch.group);
                if (further.due != due) {
                    further.due = due;
                }
            } else if (batch.isBegun && batches.hasFree() && batches.canGoOn(batch)) {
                further = batches.further(batch);
                work += further.records;
                further.before = batch;
                batch.handedFurther = further;
                batch.further.setRelease(further);
            }
        }
        return work;
    }

    /** Groups that are handled by as many workers as they can use, and have nothing in reserve, save nothing up. */
    private void limitClaims() {
        long step = 0;
        inReserve.clear();
        for (Batch batch : reserve) {
            if (batch != null) {
                inReserve.set(batch.group);
                step = Math.max(step, scheduler.step(batch.group));
            }
        }
        for (int i = running.nextSetBit(0); i >= 0; i = running.nextSetBit(i + 1)) {
            step = Math.max(step, scheduler.step(all[i].group));
        }
        Batch first = first();
        long next = first == null ? scheduler.latestDue() : first.due;
        for (int i = running.nextSetBit(0); i >= 0; i = running.nextSetBit(i + 1)) {
            int group = all[i].group;
            if (!inReserve.get(group) && scheduler.isBlocked(group)) {
                scheduler.limitClaim(group, next, step);
            }
        }
    }

    /** The batch in reserve that is due first, or {@code null}. */
    private Batch first() {
        Batch first = null;
        for (Batch batch : reserve) {
            if (batch != null && (first == null || Batch.isDueBefore(batch.due, first.due))) {
                first = batch;
            }
        }
        return first;
    }

    /** Each round of the loop fills an empty slot, or makes what lies in one be due earlier: so it comes to an end. */
    private int fillReserve() {
        int work = 0;
        int group;
        while (batches.hasFree() && (group = scheduler.pick()) != WeightedScheduler.NONE) {
            long due = dueOf(group);
            int slot = slotFor(due);
            if (slot == Exchange.NONE) {
                break;
            }
            Batch batch = batches.next(group, due, emptySlots());
            if (exchange.put(slot, batch)) {
                batch.slot = slot;
                reserve[slot] = batch;
                work += batch.records;
            } else {
                batches.takeBackUnbegun(batch); // A worker has just laid one out there.
                backlog.pickUp(batch);
                noteMoved(slot, exchange.peek(slot));
            }
        }
        return work;
    }

    /**
     * One at least. A batch of sub-streams with few records leaves some of them to each: were they all in one batch, a worker would
     * handle one after the other while others had nothing to do.
     */
    private int emptySlots() {
        int empty = 0;
        for (Batch batch : reserve) {
            empty += batch == null ? 1 : 0;
        }
        return Math.max(1, empty);
    }

    private void noteNext() {
        Batch first = first();
        if (first == null) {
            scheduler.clearNextDue();
        } else {
            scheduler.setNextDue(first.due);
        }
    }

    private long dueOf(int picked) {
        long due = scheduler.due(picked);
        if (scheduler.isOutOfTurn(picked)) {
            Batch first = first();
            return first != null && Batch.isDueBefore(first.due, due) ? first.due : due;
        }
        return due;
    }

    /** A slot for a batch that is due then: an empty one, or one whose batch is due later and is taken back. */
    private int slotFor(long due) {
        int last = 0;
        for (int slot = 0; slot < reserve.length; slot++) {
            if (reserve[slot] == null) {
                return slot;
            }
            if (Batch.isDueBefore(reserve[last].due, reserve[slot].due)) {
                last = slot;
            }
        }
        if (!Batch.isDueBefore(due, reserve[last].due)) {
            return Exchange.NONE;
        }
        withdraw(last);
        return last;
    }

    /** Takes back what lies in a slot, unless a worker is faster. */
    private void withdraw(int slot) {
        Batch batch = exchange.take(slot);
        noteMoved(slot, batch);
        if (batch != null) {
            batches.takeBackUnbegun(batch);
            clear(slot);
        }
    }

    private int takeBack() {
        int records = 0;
        Batch batch;
        while ((batch = exchange.pollDone()) != null) {
            records += batch.records;
            takeBack(batch);
        }
        return records;
    }

    private void takeBack(Batch batch) {
        if (reserve[batch.slot] == batch) {
            clear(batch.slot);
        }
        running.clear(batch.index);
        Batch further = batch.handedFurther;
        if (further != null && !withdrawFurther(batch)) {
            running.set(further.index);
            leftTo(further);
        }
        batches.takeBack(batch);
    }

    @Override
    public void recall() {
        for (int slot = 0; slot < reserve.length; slot++) {
            withdraw(slot);
        }
        for (int i = running.nextSetBit(0); i >= 0; i = running.nextSetBit(i + 1)) {
            withdrawFurther(all[i]);
        }
    }

    /** Takes back what goes on with a batch, unless its worker has taken that. Returns whether it did. */
    private boolean withdrawFurther(Batch batch) {
        Batch further = batch.further.getAndSet(null);
        if (further == null) {
            return false;
        }
        batch.handedFurther = null;
        further.before = null;
        batches.takeBackUnbegun(further);
        return true;
    }

    @Override
    public void idle() {
        // The merge's thread knows it.
    }

    @Override
    public long mostSleepNs() {
        return Long.MAX_VALUE; // Workers, and the merge's thread, wake the conductor.
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
