package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * All cells of an engine, and a stack of the free ones. Last in, first out: the cell that was merged last is still in
 * the cache. The stack belongs to the engine's thread.
 */
final class CellPool<E> {
    private final Cell<E>[] cells;
    private final int[] free;
    private int freeCount;

    CellPool(EventFactory<? extends E> factory, int capacity) {
        // All records first, then all cells: were they made in turn, what publishers write and what the engine's thread
        // writes would share cache lines.
        List<E> records = new ArrayList<>(capacity);
        for (int i = 0; i < capacity; i++) {
            E record = factory.newInstance();
            if (record == null) {
                throw new IllegalArgumentException("the event factory returned null");
            }
            records.add(record);
        }
        @SuppressWarnings({"unchecked", "rawtypes"})
        Cell<E>[] cells = new Cell[capacity];
        for (int i = 0; i < capacity; i++) {
            cells[i] = new Cell<>(records.get(i), i);
        }
        this.cells = cells;
        this.free = new int[capacity];
        for (int i = capacity - 1; i >= 0; i--) {
            free[freeCount++] = i;
        }
    }

    int capacity() {
        return cells.length;
    }

    Cell<E> get(int index) {
        return cells[index];
    }

    boolean isEmpty() {
        return freeCount == 0;
    }

    int take() {
        return free[--freeCount];
    }

    void give(Cell<E> cell) {
        free[freeCount++] = cell.index;
    }
}
