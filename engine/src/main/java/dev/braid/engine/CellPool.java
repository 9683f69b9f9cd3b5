package dev.braid.engine;

import com.lmax.disruptor.EventFactory;

/**
 * All records of an engine with their cells, and which of them are free. Free cells are given out in the order of their indices,
 * round and round, so that publishers and the engine's thread go through memory mostly forwards, which processors prefetch. The
 * cell that was freed last would be in the cache only if the ring had no more than a few slots. For the engine's thread.
 */
final class CellPool<E> {
    private static final int WORD_BITS = 6;

    private final Object[] records;
    private final Cell[] cells;
    /** By cell: one bit. */
    private final long[] free;

    private int freeCount;
    private int word;

    CellPool(EventFactory<? extends E> factory, int capacity) {
        this.records = new Object[capacity];
        this.cells = new Cell[capacity];
        this.free = new long[(capacity >> WORD_BITS) + 1];
        // All records first, then all cells: if they alternated, data that publishers write would share cache lines
        // with data that
        // the engine's thread writes.
        for (int i = 0; i < capacity; i++) {
            records[i] = factory.newInstance();
            if (records[i] == null) {
                throw new IllegalArgumentException("the event factory returned null");
            }
        }
        for (int i = 0; i < capacity; i++) {
            cells[i] = new Cell(i);
            give(i);
        }
    }

    int capacity() {
        return cells.length;
    }

    Cell get(int index) {
        return cells[index];
    }

    /** Returns all cells, by index, for loops that should not load this field for each cell. */
    Cell[] cells() {
        return cells;
    }

    /**
     * Returns all records, by cell. Publishers use this array directly, because the engine's thread writes to this object's fields.
     */
    Object[] records() {
        return records;
    }

    @SuppressWarnings("unchecked")
    E record(int index) {
        return (E) records[index];
    }

    int freeCount() {
        return freeCount;
    }

    /** Fills slots, from one sequence through another, with free cells, which there must be. */
    void take(int[] slots, long from, long through) {
        int at = word;
        long bits = free[at];
        for (long sequence = from; sequence <= through; sequence++) {
            while (bits == 0) {
                free[at] = 0;
                at = at + 1 == free.length ? 0 : at + 1;
                bits = free[at];
            }
            slots[(int) sequence & slots.length - 1] = (at << WORD_BITS) + Long.numberOfTrailingZeros(bits);
            bits &= bits - 1;
        }
        free[at] = bits;
        word = at;
        freeCount -= (int) (through - from + 1);
    }

    void give(int index) {
        free[index >> WORD_BITS] |= 1L << index;
        freeCount++;
    }
}
