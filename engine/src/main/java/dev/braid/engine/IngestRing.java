package dev.braid.engine;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import com.lmax.disruptor.dsl.ProducerType;
import org.agrona.BitUtil;

/**
 * The ring between publishers and the engine's thread: a Disruptor sequencer over slots that hold cell indices.
 * <p>
 * Slots are a plain array of ints, not a {@code RingBuffer} of objects, so that a publisher that reads a slot shares no
 * more cache lines than it must with what the engine's thread writes: the swap of 16 neighbouring slots dirties one
 * line. For the same reason publishers find their record in an array of its own, and not through its cell.
 * <p>
 * A slot gets its free cell not at once when a record is taken, but with all of its line: or the engine's thread would, after
 * every record, take the line away from a publisher that is just about to look into the next slot. So up to a line of slots
 * that are free is not handed back to publishers yet. There are as many more, so that the shared ingress does not miss them. Where
 * groups have ingresses of their own, the rest of the ring is theirs, and slots are refilled at once.
 * <p>
 * Taking a record needs no free cell, so no record in the ring ever waits for one. Where the pool has none, slots stay empty,
 * and are not handed back, until it has. There are cells for all that may be claimed at a time, so an empty slot is never one
 * that a group's credit promises.
 * <p>
 * Sequences here are the ring's own, from 0.
 */
final class IngestRing<E> {
    static final long NO_CAPACITY = -1;

    /** In a slot's mark: the record has failed already. */
    private static final int FAILED = Integer.MIN_VALUE;

    /** Slots that share a cache line. */
    private static final int LINE = 16;

    private final Sequencer sequencer;
    // What changes is in sequences, which are padded: what publishers look into shall stay in their caches.
    private final Sequence available = new Sequence();
    private final Sequence consumed = new Sequence();
    private final Sequence refilled = new Sequence();
    /** What publishers know of that: it is told them not for each line, but for all that is taken at once. */
    private final Sequence handedBack = new Sequence();

    /** Records of the shared ingress that have left the ring, but still wait for room in their groups, or for their turn to fail. */
    private final Sequence stalled = new Sequence(0);

    /** Slots that the shared ingress leaves to those of the groups, so that these never wait for it; or a line of them. */
    private final int reserve;

    private final boolean hasOwnIngresses;
    private final CellPool<E> pool;
    private final RingWaits waits;
    private final WakeUp reader;
    private final int mask;
    private final int[] slots;
    /** By slot: the group through whose ingress the record came, plus 1, or 0; with {@link #FAILED}. Nearly always 0. */
    private final int[] marks;

    private final Object[] records;

    /** The number of slots for so many records of the shared ingress, and so many of groups' own ingresses. */
    static int sizeOf(int shared, int own) {
        return BitUtil.findNextPositivePowerOfTwo(shared + (own > 0 ? own : LINE));
    }

    /**
     * Takes a cell for every slot out of the pool, which must be whole.
     *
     * @param own    how many records groups' own ingresses may have in it, 0 where there are none.
     * @param reader wakes the engine's thread.
     */
    IngestRing(ProducerType producers, int shared, int own, CellPool<E> pool, RingWaits waits, WakeUp reader) {
        int size = sizeOf(shared, own);
        this.hasOwnIngresses = own > 0;
        this.reserve = size - shared;
        // No thread ever waits inside the sequencer, so that a halted engine cannot leave one hanging there.
        this.sequencer = producers == ProducerType.SINGLE
                ? new SingleProducerSequencer(size, new BusySpinWaitStrategy())
                : new MultiProducerSequencer(size, new BusySpinWaitStrategy());
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

    /** Claims for the shared ingress, without waiting. Returns the last claimed sequence, or {@link #NO_CAPACITY}. */
    long tryClaim(int count) {
        // The stalled ones last: they are counted before their slots are free.
        return hasRoom(count + reserve) && (stalled.get() == 0 || hasRoom(count + reserve + (int) stalled.get()))
                ? claim(count)
                : NO_CAPACITY;
    }

    private boolean hasRoom(int needed) {
        if (sequencer.hasAvailableCapacity(needed)) {
            return true;
        }
        long taken = consumed.get(); // Before it is handed back: so that no slot is counted twice.
        long notHandedBack = Math.min(LINE, taken - handedBack.get());
        return notHandedBack > 0 && !hasOwnIngresses && sequencer.hasAvailableCapacity(needed - (int) notHandedBack);
    }

    /** The same for the ingress of a group. */
    long tryClaim(int count, int group) {
        long last = claim(count);
        if (last != NO_CAPACITY) {
            for (long sequence = last - count + 1; sequence <= last; sequence++) {
                marks[(int) sequence & mask] = group + 1;
            }
        }
        return last;
    }

    private long claim(int count) {
        // Not redundant: without room, the single producer's tryNext would move the cursor over what is claimed only.
        if (!sequencer.hasAvailableCapacity(count)) {
            return NO_CAPACITY;
        }
        try {
            return sequencer.tryNext(count);
        } catch (InsufficientCapacityException e) {
            return NO_CAPACITY; // Another publisher was faster.
        }
    }

    /** For the engine's thread, too. */
    @SuppressWarnings("unchecked")
    E record(long sequence) {
        return (E) records[slots[(int) sequence & mask]];
    }

    /** Lets a record fail that is in the ring. For the engine's thread, too. */
    void fail(long sequence, Throwable cause) {
        int slot = (int) sequence & mask;
        pool.get(slots[slot]).cause = cause;
        marks[slot] |= FAILED;
    }

    /** @param ingress as {@link RingWaits} names it. */
    void publish(int ingress, long low, long high) {
        waits.publishing(ingress, low);
        sequencer.publish(low, high);
    }

    /** To be called after records were published and a full fence: the engine's thread may be asleep. */
    void wakeReader() {
        reader.wakeAfterFence();
    }

    /** The highest claimed sequence; with a single publisher the highest published one. */
    long cursor() {
        return sequencer.getCursor();
    }

    int size() {
        return slots.length;
    }

    RingWaits waits() {
        return waits;
    }

    /** How many slots the shared ingress may fill. */
    int sharedSize() {
        return slots.length - reserve;
    }

    /** Where groups have ingresses of their own, records of the shared one do not wait inside the ring. */
    boolean hasOwnIngresses() {
        return hasOwnIngresses;
    }

    // The engine thread's side.

    long consumed() {
        return consumed.get();
    }

    /** The highest sequence up to which all are published. Each is looked at once, however often this is called. */
    long available() {
        long through = available.get();
        long next = consumed.get() + 1;
        if (through < next) {
            through = sequencer.getHighestPublishedSequence(next, sequencer.getCursor());
            if (through >= next) {
                available.set(through);
            }
        }
        return through;
    }

    /** Whether it came through the shared ingress, and has not failed. */
    boolean isUnmarked(long sequence) {
        return marks[(int) sequence & mask] == 0;
    }

    boolean hasFailed(long sequence) {
        return marks[(int) sequence & mask] < 0;
    }

    /** Why it has failed, or {@code null} if it has not. */
    Throwable cause(long sequence) {
        return hasFailed(sequence) ? pool.get(slots[(int) sequence & mask]).cause : null;
    }

    /** The group through whose ingress a record came, or -1. */
    int origin(long sequence) {
        return (marks[(int) sequence & mask] & ~FAILED) - 1;
    }

    /** A record of the shared ingress is put aside: as long as it waits it takes room. */
    void putAside() {
        stalled.set(stalled.get() + 1);
    }

    /** One that was put aside does not wait any more. */
    void takeIn() {
        stalled.set(stalled.get() - 1);
    }

    /** The cells' indices, by sequence modulo their number. */
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

    /** The cells of all up to a sequence, which have no marks, were taken out of their slots: these get free ones, if there are. */
    void taken(long sequence) {
        long from = refilled.get() + 1;
        long through =
                Math.min(hasOwnIngresses ? sequence : (sequence + 1 & -LINE) - 1, refilled.get() + pool.freeCount());
        if (from <= through) {
            pool.take(slots, from, through);
            refilled.set(through);
        }
    }

    /** All up to a sequence were taken. */
    void consume(long sequence) {
        consumed.set(sequence);
        handBack();
    }

    /** Slots for which there were no free cells get them, if there are by now. */
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
