package dev.braid.engine;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import com.lmax.disruptor.dsl.ProducerType;

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

    private final Sequencer sequencer;
    private final Sequence consumed = new Sequence();
    private final CellPool<E> pool;
    private final int mask;
    private final int[] slots;
    private final Object[] records;
    private long available = Sequencer.INITIAL_CURSOR_VALUE;

    /** Takes a cell for every slot out of the pool, which must be whole. */
    IngestRing(ProducerType producers, int size, CellPool<E> pool) {
        // No thread ever waits inside the sequencer, so that a halted engine cannot leave one hanging there.
        this.sequencer = producers == ProducerType.SINGLE
                ? new SingleProducerSequencer(size, new BusySpinWaitStrategy())
                : new MultiProducerSequencer(size, new BusySpinWaitStrategy());
        this.sequencer.addGatingSequences(consumed);
        this.pool = pool;
        this.mask = size - 1;
        this.slots = new int[size];
        this.records = new Object[pool.capacity()];
        for (int i = 0; i < records.length; i++) {
            records[i] = pool.get(i).record;
        }
        for (int i = 0; i < size; i++) {
            slots[i] = pool.take();
        }
    }

    // The publishers' side.

    /** Claims without waiting. Returns the last claimed sequence, or {@link #NO_CAPACITY}. */
    long tryClaim(int count) {
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

    @SuppressWarnings("unchecked")
    E record(long sequence) {
        return (E) records[slots[(int) sequence & mask]];
    }

    /** Lets a claimed record fail before it is published. */
    void fail(long sequence, Throwable cause) {
        pool.get(slots[(int) sequence & mask]).cause = cause;
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

    Cell<E> cell(long sequence) {
        return pool.get(slots[(int) sequence & mask]);
    }

    /** Takes the cell out of its slot and leaves a free one, which the pool must have. */
    void swap(long sequence) {
        slots[(int) sequence & mask] = pool.take();
    }

    /** Hands the slots up to a sequence back to the publishers. */
    void consume(long sequence) {
        consumed.set(sequence);
    }
}
