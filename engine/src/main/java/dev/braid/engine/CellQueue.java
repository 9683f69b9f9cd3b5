package dev.braid.engine;

/** Records in the order in which they were put aside, linked through their cells. For the conductor. */
final class CellQueue {
    private int first = Cell.NONE;
    private int last;

    boolean isEmpty() {
        return first == Cell.NONE;
    }

    /** Returns the oldest record's cell, or {@link Cell#NONE}. */
    int first() {
        return first;
    }

    void add(Cell cell, Cell[] cells) {
        cell.next = Cell.NONE;
        if (first == Cell.NONE) {
            first = cell.index;
        } else {
            cells[last].next = cell.index;
        }
        last = cell.index;
    }

    /** Removes the oldest record, which there must be. */
    void remove(Cell[] cells) {
        first = cells[first].next;
    }
}
