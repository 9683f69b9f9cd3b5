package dev.braid.engine;

/**
 * A preallocated record with what the engine knows of it while it is in flight. Cells are named by their index and
 * linked by indices, never by references: a reference store would cost a GC barrier per record.
 * <p>
 * Publishers touch {@link #record} and {@link #cause} only, before the ring hands the cell to the engine's thread.
 */
final class Cell<E> {
    static final int NONE = -1;

    /** As {@link #next}: the record has its outcome, and waits for its turn in the merge. */
    static final int COMPLETED = -2;

    /** As {@link #cause}: the record was shed. */
    static final Throwable SHED = new Shed();

    /** As {@link #cause}: the record had its outcome before the engine began, and is dropped. */
    static final Throwable DONE = new Done();

    final E record;
    final int index;

    long sequence;
    int subStream;

    /** The next in its sub-stream's queue, or among the stalled. */
    int next;

    /** Neighbours in the list of records in flight, which is in sequence order. */
    int older;

    int newer;

    /** Whether it came through its group's own ingress. */
    boolean own;

    /** Why the record failed, or {@code null} if it did not. */
    Throwable cause;

    /** Its times, if it was chosen to be measured, or {@code null}. */
    Sample sample;

    Cell(E record, int index) {
        this.record = record;
        this.index = index;
    }

    private static final class Shed extends Throwable {
        private static final long serialVersionUID = 1L;

        Shed() {
            super("shed", null, false, false);
        }
    }

    private static final class Done extends Throwable {
        private static final long serialVersionUID = 1L;

        Done() {
            super("done before", null, false, false);
        }
    }
}
