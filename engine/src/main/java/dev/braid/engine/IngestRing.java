package dev.braid.engine;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.BitUtil;

/**
 * The ring between publishers and the engine's thread: a Disruptor sequencer over slots that hold cell indices.
 * <p>
 * Slots are a plain array of ints, not a {@code RingBuffer} of objects, so that a publisher that reads a slot shares as few cache
 * lines as possible with what the engine's thread writes: swapping 16 neighbouring slots dirties one line. For the same reason
 * publishers find their records in an array of their own, and not through the cells.
 * <p>
 * Slots are refilled a cache line at a time. Refilling each slot as its record is taken would steal the line from a publisher about
 * to read the next slot. Up to a line of free slots is therefore not handed back to publishers yet; the ring has as many more, so
 * that the shared ingress does not miss them. If groups have ingresses of their own, the rest of the ring is theirs, and slots are
 * refilled at once.
 * <p>
 * Taking a record needs no free cell, so no record in the ring ever waits for one. If the pool has no free cells, slots stay empty
 * and are not handed back until it has. There are cells for all records that may be claimed at a time, so an empty slot is never
 * one that a group's credit promises.
 * <p>
 * Sequences are those of the records, from the engine's first one, which the sequencer is moved to.
 */
final class IngestRing<E> {
    /** Set in a slot's mark if the record has already failed. */
    private static final int FAILED = Integer.MIN_VALUE;

    /** Slots that share a cache line. */
    private static final int LINE = 16;

    private final Sequencer sequencer;
    // Sequences, which are padded: fields that publishers read should stay in their caches.
    private final Sequence available;
    private final Sequence consumed;
    private final Sequence refilled;
    /** The refilled position as published to publishers, once per batch taken. */
    private final Sequence handedBack;

    /**
     * Number of records of the shared ingress that have left the ring, but still wait for room in their groups, or for their turn
     * to fail.
     */
    private final Sequence stalled = new Sequence(0);

    /**
     * Slots that the shared ingress leaves to those of the groups, so that these never wait for it; a cache line if there are none.
     */
    private final int reserve;

    private final boolean hasOwnIngresses;
    private final CellPool<E> pool;
    private final RingWaits waits;
    private final WakeUp reader;
    private final int mask;
    private final int[] slots;
    /**
     * By slot: 0, or 1 plus the index of the group through whose ingress the record came; with {@link #FAILED}. Nearly always 0.
     */
    private final int[] marks;

    private final Object[] records;
    private final boolean isSinglePublisher;
    private final AtomicReference<Thread> waiter = new AtomicReference<>();

    /** Returns the number of slots for the given records of the shared ingress and of groups' own ingresses. */
    static int sizeOf(int shared, int own) {
        return BitUtil.findNextPositivePowerOfTwo(shared + (own > 0 ? own : LINE));
    }

    /**
     * Takes a cell for every slot out of the pool, which must be whole.
     *
     * @param own    the number of records that groups' own ingresses may have in the ring, 0 if there are none.
     * @param first  the sequence of the first record.
     * @param reader wakes the engine's thread.
     */
    IngestRing(
            ProducerType producers, int shared, int own, long first, CellPool<E> pool, RingWaits waits, WakeUp reader) {
        int size = sizeOf(shared, own);
        this.available = new Sequence(first - 1);
        this.consumed = new Sequence(first - 1);
        this.refilled = new Sequence(first - 1);
        this.handedBack = new Sequence(first - 1);
        this.hasOwnIngresses = own > 0;
        this.reserve = size - shared;
        // No thread ever waits inside the sequencer, so a halted engine cannot leave one hanging there.
        this.isSinglePublisher = producers == ProducerType.SINGLE;
        this.sequencer = isSinglePublisher
                ? new SingleProducerSequencer(size, new BusySpinWaitStrategy())
                : new MultiProducerSequencer(size, new BusySpinWaitStrategy());
        this.sequencer.claim(first - 1);
        this.sequencer.publish(first - size, first - 1); // A whole lap, so that no slot looks as if it were published.
        this.sequencer.addGatingSequences(handedBack);
        this.pool = pool;
        this.waits = waits;
        this.reader = reader;
        this.records = pool.records();
        this.mask = size - 1;
        this.slots = new int[size];
        this.marks = new int[size];
        pool.take(slots, 0, size - 1);
    }

    // The publishers' side.

    /** Claims for the shared ingress, without waiting. Returns the last claimed sequence, or {@link Ingress#NO_CAPACITY}. */
    long tryClaim(int count) {
        // Stalled records are read last, because they are counted before their slots are free.
        return hasRoom(count + reserve) && (stalled.get() == 0 || hasRoom(count + reserve + (int) stalled.get()))
                ? claim(count)
                : Ingress.NO_CAPACITY;
    }

    /**
     * Returns whether there is room, as it was a moment ago: publishers that look at the same time may see the same room, and claim
     * more than the shared ingress has, together, but never more than the slots that are handed back, all of which hold a cell.
     */
    private boolean hasRoom(int needed) {
        if (sequencer.hasAvailableCapacity(needed)) {
            return true;
        }
        long taken = consumed.get(); // Read before what is handed back, so that no slot is counted twice.
        long notHandedBack = Math.min(LINE, taken - handedBack.get());
        return notHandedBack > 0 && !hasOwnIngresses && sequencer.hasAvailableCapacity(needed - (int) notHandedBack);
    }

    /** Claims for the ingress of a group, without waiting. Returns the last claimed sequence, or {@link Ingress#NO_CAPACITY}. */
    long tryClaim(int count, int group) {
        long last = claim(count);
        if (last != Ingress.NO_CAPACITY) {
            for (long sequence = last - count + 1; sequence <= last; sequence++) {
                marks[(int) sequence & mask] = group + 1;
            }
        }
        return last;
    }

    private long claim(int count) {
        // Not redundant: without room, the single producer's tryNext would move the cursor over records that are only
        // claimed.
        if (!sequencer.hasAvailableCapacity(count)) {
            return Ingress.NO_CAPACITY;
        }
        try {
            return sequencer.tryNext(count);
        } catch (InsufficientCapacityException e) {
            return Ingress.NO_CAPACITY; // Another publisher was faster.
        }
    }

    /**
     * Notes that the calling thread waits for room; with a single publisher nobody else may. Claims do not check that, since it would
     * cost every record.
     */
    void beginWait() {
        Thread other = isSinglePublisher ? waiter.compareAndExchange(null, Thread.currentThread()) : null;
        if (other != null) {
            throw new IllegalStateException("threads " + other.getName() + " and "
                    + Thread.currentThread().getName()
                    + " publish at the same time, but the engine was built with ProducerType.SINGLE");
        }
    }

    void endWait() {
        if (isSinglePublisher) {
            waiter.set(null);
        }
    }

    /** Returns the record in a slot. Also for the engine's thread. */
    @SuppressWarnings("unchecked")
    E record(long sequence) {
        return (E) records[slots[(int) sequence & mask]];
    }

    /** Marks a record in the ring as failed. Also for the engine's thread. */
    void fail(long sequence, Throwable cause) {
        int slot = (int) sequence & mask;
        pool.get(slots[slot]).fail(cause);
        marks[slot] |= FAILED;
    }

    /** Marks a record that got its outcome in an earlier run. It has failed as far as the ring knows. For the engine's thread. */
    void markDone(long sequence) {
        int slot = (int) sequence & mask;
        pool.get(slots[slot]).outcome = Cell.DONE;
        marks[slot] |= FAILED;
    }

    /** @param ingress as {@link RingWaits} names it. */
    void publish(int ingress, long low, long high) {
        waits.publishing(ingress, low);
        sequencer.publish(low, high);
    }

    /** Wakes the engine's thread if it sleeps. To be called after records were published, and after a full fence. */
    void wakeReader() {
        reader.wakeAfterFence();
    }

    /** Returns the highest claimed sequence; with a single publisher, the highest published one. */
    long cursor() {
        return sequencer.getCursor();
    }

    int size() {
        return slots.length;
    }

    RingWaits waits() {
        return waits;
    }

    /** Returns the number of slots that the shared ingress may fill. */
    int sharedSize() {
        return slots.length - reserve;
    }

    /** Returns whether groups have ingresses of their own. If so, stalled records of the shared ingress do not stay in the ring. */
    boolean hasOwnIngresses() {
        return hasOwnIngresses;
    }

    // The engine thread's side.

    long consumed() {
        return consumed.get();
    }

    /**
     * Returns the highest sequence up to which all records are published. Each record is looked at once, however often this is
     * called.
     */
    long available() {
        long through = available.get();
        long next = consumed.get() + 1;
        if (through < next) {
            through = sequencer.getHighestPublishedSequence(next, sequencer.getCursor());
            if (through >= next) {
                available.set(through);
            } else if (through < next - 1) {
                throw new IllegalStateException("the ring's cursor went back from " + (next - 1) + " to " + through
                        + ": two threads publish, but the engine was built with ProducerType.SINGLE");
            }
        }
        return through;
    }

    /** Returns whether a record came through the shared ingress, and has not failed. */
    boolean isUnmarked(long sequence) {
        return marks[(int) sequence & mask] == 0;
    }

    boolean hasFailed(long sequence) {
        return marks[(int) sequence & mask] < 0;
    }

    /** Returns why a record has failed, or {@code null} if it has not. */
    Throwable cause(long sequence) {
        return hasFailed(sequence) ? pool.get(slots[(int) sequence & mask]).cause : null;
    }

    /** Returns the group through whose ingress a record came, or -1. */
    int origin(long sequence) {
        return (marks[(int) sequence & mask] & ~FAILED) - 1;
    }

    /** Counts a record of the shared ingress that is put aside. It occupies capacity while it waits. */
    void putAside() {
        stalled.set(stalled.get() + 1);
    }

    /** Counts a record that was put aside and waits no longer. */
    void takeIn() {
        stalled.set(stalled.get() - 1);
    }

    /** Returns the cells' indices, by sequence modulo the number of slots. */
    int[] slots() {
        return slots;
    }

    /** Takes the cell of the next sequence out of its slot. */
    Cell take(long sequence) {
        Cell cell = pool.get(slots[(int) sequence & mask]);
        marks[(int) sequence & mask] = 0;
        taken(sequence);
        return cell;
    }

    /**
     * Notes that the cells of all records up to a sequence, which have no marks, were taken out of their slots. Refills the slots
     * as far as there are free cells.
     */
    void taken(long sequence) {
        long from = refilled.get() + 1;
        long through =
                Math.min(hasOwnIngresses ? sequence : (sequence + 1 & -LINE) - 1, refilled.get() + pool.freeCount());
        if (from <= through) {
            pool.take(slots, from, through);
            refilled.set(through);
        }
    }

    /** Notes that all records up to a sequence were taken. */
    void consume(long sequence) {
        consumed.set(sequence);
        handBack();
    }

    /** Refills slots for which there were no free cells, as far as there are some now. */
    void refill() {
        taken(consumed.get());
        handBack();
    }

    private void handBack() {
        if (refilled.get() > handedBack.get()) {
            handedBack.set(refilled.get());
        }
    }
}
