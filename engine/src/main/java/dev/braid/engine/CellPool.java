package dev.braid.engine;

import com.lmax.disruptor.EventFactory;

/**
 * All records of an engine with their cells, and which of them are free. Free ones are given out in the order of their indices,
 * round and round, so that publishers and the engine's thread go through memory mostly forwards, which processors see and
 * fetch ahead of; the one that was freed last would be in the cache only if the ring had no more than a few slots. For the
 * engine's thread.
 */
final class CellPool<E> {
    private static final int WORD_BITS = 6;

    private final Object[] records;
    private final Cell[] cells;
    /** By cell, a bit. */
    private final long[] free;

    private int freeCount;
    private int word;

    CellPool(EventFactory<? extends E> factory, int capacity) {
        this.records = new Object[capacity];
        this.cells = new Cell[capacity];
        this.free = new long[(capacity >> WORD_BITS) + 1];
        // All records first, then all cells: were they made in turn, what publishers write and what the engine's thread
        // writes would share cache lines.
        for (int i = 0; i < capacity; i++) {
            records[i] = factory.newInstance();
            if (records[i] == null) {
                throw new IllegalArgumentException("the event factory returned null");
            }
        }
        for (int i = 0; i < capacity; i++) {
            cells[i] = new Cell(i);
            give(cells[i]);
        }
    }

    int capacity() {
        return cells.length;
    }

    Cell get(int index) {
        return cells[index];
    }

    /** All records, by cell. For publishers, who had better not look into this object: the engine's thread writes to it. */
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

    /** Takes a free one, which there must be. */
    int take() {
        long bits = free[word];
        while (bits == 0) {
            word = word + 1 == free.length ? 0 : word + 1;
            bits = free[word];
        }
        free[word] = bits & bits - 1;
        freeCount--;
        return (word << WORD_BITS) + Long.numberOfTrailingZeros(bits);
    }

    void give(Cell cell) {
        free[cell.index >> WORD_BITS] |= 1L << cell.index;
        freeCount++;
    }
}
