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
 * Sequences here are the ring's own, from 0.
 */
final class IngestRing<E> {
    static final long NO_CAPACITY = -1;

    /** In a slot's mark: the record has failed already. */
    private static final int FAILED = Integer.MIN_VALUE;

    private final Sequencer sequencer;
    private final Sequence consumed = new Sequence();

    /** Records of the shared ingress that have left the ring, but still wait for room in their groups. */
    private final Sequence stalled = new Sequence(0);

    /** Slots that the shared ingress leaves to those of the groups, so that these never wait for it. */
    private final int reserve;

    private volatile boolean inUseByGroups;
    private final CellPool<E> pool;
    private final int mask;
    private final int[] slots;
    /** By slot: the group through whose ingress the record came, plus 1, or 0; with {@link #FAILED}. Nearly always 0. */
    private final int[] marks;

    private long available = Sequencer.INITIAL_CURSOR_VALUE;

    /** The number of slots for so many records of the shared ingress, and so many of groups. */
    static int sizeOf(int shared, int reserve) {
        return BitUtil.findNextPositivePowerOfTwo(shared + reserve);
    }

    /** Takes a cell for every slot out of the pool, which must be whole. */
    IngestRing(ProducerType producers, int shared, int reserve, CellPool<E> pool) {
        int size = sizeOf(shared, reserve);
        this.reserve = size - shared;
        // No thread ever waits inside the sequencer, so that a halted engine cannot leave one hanging there.
        this.sequencer = producers == ProducerType.SINGLE
                ? new SingleProducerSequencer(size, new BusySpinWaitStrategy())
                : new MultiProducerSequencer(size, new BusySpinWaitStrategy());
        this.sequencer.addGatingSequences(consumed);
        this.pool = pool;
        this.mask = size - 1;
        this.slots = new int[size];
        this.marks = new int[size];
        for (int i = 0; i < size; i++) {
            slots[i] = pool.take();
        }
    }

    // The publishers' side.

    /** Claims for the shared ingress, without waiting. Returns the last claimed sequence, or {@link #NO_CAPACITY}. */
    long tryClaim(int count) {
        // The stalled ones last: they are counted before their slots are free.
        return sequencer.hasAvailableCapacity(count + reserve)
                        && (stalled.get() == 0 || sequencer.hasAvailableCapacity(count + reserve + (int) stalled.get()))
                ? claim(count)
                : NO_CAPACITY;
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
    E record(long sequence) {
        return pool.record(slots[(int) sequence & mask]);
    }

    /** Lets a record fail that is in the ring. For the engine's thread, too. */
    void fail(long sequence, Throwable cause) {
        int slot = (int) sequence & mask;
        pool.get(slots[slot]).cause = cause;
        marks[slot] |= FAILED;
    }

    void publish(long low, long high) {
        sequencer.publish(low, high);
    }

    /** The highest claimed sequence; with a single publisher the highest published one. */
    long cursor() {
        return sequencer.getCursor();
    }

    int size() {
        return slots.length;
    }

    /** How many slots the shared ingress may fill. */
    int sharedSize() {
        return slots.length - reserve;
    }

    /** A group's ingress is asked for: from now on, records of the shared one do not wait inside the ring. */
    void useByGroups() {
        inUseByGroups = true;
    }

    boolean isInUseByGroups() {
        return inUseByGroups;
    }

    // The engine thread's side.

    long consumed() {
        return consumed.get();
    }

    /** The highest sequence up to which all are published. Each is looked at once, however often this is called. */
    long available() {
        long next = consumed.get() + 1;
        if (available < next) {
            available = sequencer.getHighestPublishedSequence(next, sequencer.getCursor());
        }
        return available;
    }

    /** Whether it came through the shared ingress, and has not failed. */
    boolean isUnmarked(long sequence) {
        return marks[(int) sequence & mask] == 0;
    }

    boolean hasFailed(long sequence) {
        return marks[(int) sequence & mask] < 0;
    }

    /** The group through whose ingress a record came, or -1. */
    int origin(long sequence) {
        return (marks[(int) sequence & mask] & ~FAILED) - 1;
    }

    void stalled(int count) {
        stalled.set(count);
    }

    /** Takes the cell out of its slot and leaves a free one, which the pool must have. */
    Cell swap(long sequence) {
        int slot = (int) sequence & mask;
        Cell cell = pool.get(slots[slot]);
        slots[slot] = pool.take();
        if (marks[slot] != 0) {
            marks[slot] = 0;
        }
        return cell;
    }

    /** Hands the slots up to a sequence back to the publishers. */
    void consume(long sequence) {
        consumed.set(sequence);
    }
}
