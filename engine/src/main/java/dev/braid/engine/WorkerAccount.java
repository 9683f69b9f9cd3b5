package dev.braid.engine;

import java.util.BitSet;

/**
 * The conductor's account of its workers: the batches that they can take from the reserve, those that they are handling, and
 * those that go on with one that is being handled. Workers move batches without telling; {@link #update} catches up with what
 * they did. For the conductor.
 */
final class WorkerAccount<E> {
    private final Exchange exchange;
    private final Batches<E> batches;
    private final Backlog<E> backlog;

    /** By index, all that there are. */
    private final Batch[] all;

    /** By slot of the reserve: the batch that was laid out there and, as far as is known, not taken. */
    private final Batch[] reserve;

    /** By index: the batches that are being handled. */
    private final BitSet running = new BitSet();

    /** How many batches were laid out so far. */
    private long laidOut;

    WorkerAccount(Exchange exchange, Batches<E> batches, Backlog<E> backlog) {
        this.exchange = exchange;
        this.batches = batches;
        this.backlog = backlog;
        this.all = batches.all();
        this.reserve = new Batch[exchange.slots()];
    }

    /** Catches up with what workers have taken from the reserve, or laid out there. */
    void update() {
        for (int slot = 0; slot < reserve.length; slot++) {
            update(slot, exchange.peek(slot));
        }
    }

    private void update(int slot, Batch now) {
        Batch before = reserve[slot];
        if (now != before) {
            if (before != null) {
                running.set(before.index);
                clear(slot);
            }
            if (now != null) {
                running.clear(now.index);
                backlog.layOut(now);
                becomeOrdinary(now);
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
     * A batch that goes on with another one was left to workers, and is from now on like all others. The other one has ended,
     * though it need not be back yet, and its leases are not the last ones: nothing else may go on with it.
     */
    private void becomeOrdinary(Batch further) {
        if (further.before != null) {
            running.clear(further.before.index);
            further.before.handedFurther = null;
            further.before = null;
            batches.charge(further);
        }
    }

    // The reserve.

    int slots() {
        return reserve.length;
    }

    /** The batch in a slot of the reserve, or {@code null}. */
    Batch inReserve(int slot) {
        return reserve[slot];
    }

    /** The batch in the reserve that is due first, or {@code null}. */
    Batch first() {
        return first(true);
    }

    /** As {@link #first()}, of the batches whose groups had not just woken. */
    Batch firstServedBefore() {
        return first(false);
    }

    private Batch first(boolean withFresh) {
        Batch first = null;
        for (Batch batch : reserve) {
            boolean counts = batch != null && (withFresh || !batch.isFresh);
            if (counts && (first == null || Batch.isDueBefore(batch.due, first.due))) {
                first = batch;
            }
        }
        return first;
    }

    int emptySlots() {
        int empty = 0;
        for (Batch batch : reserve) {
            empty += batch == null ? 1 : 0;
        }
        return empty;
    }

    /**
     * Finds a slot for a batch that is due then: an empty one, or the one whose batch is due last, which is withdrawn. Returns
     * {@link Exchange#NONE} if no batch is due later.
     */
    int slotFor(long due) {
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

    /** Lays a new batch out. Returns whether it did: a worker may just have laid out another one in the slot. */
    boolean layOut(int slot, Batch batch) {
        batch.number = laidOut++;
        if (exchange.put(slot, batch)) {
            batch.slot = slot;
            reserve[slot] = batch;
            return true;
        }
        batches.takeBackUnbegun(batch);
        backlog.pickUp(batch);
        update(slot, exchange.peek(slot));
        return false;
    }

    /** Withdraws every batch that no worker has begun or taken. */
    void withdrawAll() {
        for (int slot = 0; slot < reserve.length; slot++) {
            withdraw(slot);
        }
        for (int i = running.nextSetBit(0); i >= 0; i = running.nextSetBit(i + 1)) {
            withdrawFurther(all[i]);
        }
    }

    /** Withdraws the batch in a slot, unless a worker is faster. */
    private void withdraw(int slot) {
        Batch batch = exchange.take(slot);
        update(slot, batch);
        if (batch != null) {
            batches.takeBackUnbegun(batch);
            clear(slot);
        }
    }

    // What is being handled.

    /** The next batch that is being handled, by index and at or after an index, or {@code null}. */
    Batch running(int from) {
        int index = running.nextSetBit(from);
        return index < 0 ? null : all[index];
    }

    /** Hands a running batch's worker another one to go on with. */
    void handFurther(Batch batch, Batch further) {
        further.before = batch;
        batch.handedFurther = further;
        batch.further.setRelease(further);
    }

    /** Withdraws the batch that goes on with another one, unless the worker has taken it. Returns whether it did. */
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

    /** Takes a batch back that a worker gave back. */
    void takeBack(Batch batch) {
        if (reserve[batch.slot] == batch) {
            clear(batch.slot);
        }
        running.clear(batch.index);
        Batch further = batch.handedFurther;
        if (further != null && !withdrawFurther(batch)) {
            running.set(further.index);
            becomeOrdinary(further);
        }
        batches.takeBack(batch);
    }
}
