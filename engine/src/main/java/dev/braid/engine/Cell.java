package dev.braid.engine;

/**
 * State of a preallocated record while it is in flight. Cells are named by their index and linked by indices, never by references:
 * a reference store would cost a GC barrier per record.
 * <p>
 * Publishers touch {@link #cause} only, before the ring hands the cell to the engine's thread.
 */
final class Cell {
    static final int NONE = -1;

    /** Value of {@link #cause}: the record was shed. */
    static final Throwable SHED = new Shed();

    /** Value of {@link #cause}: the record got its outcome in an earlier run, and is dropped. */
    static final Throwable DONE = new Done();

    final int index;

    long sequence;
    int subStream;

    /** Index of the next cell in its sub-stream's queue, or among the stalled records. */
    int next;

    /** Its place in the {@link SequenceWindow}. */
    int block;

    /** Whether it came through its group's own ingress. */
    boolean own;

    /** Why the record failed, or {@code null} if it did not. */
    Throwable cause;

    /** Tick at which the record was tagged: see {@link LatencySampler#tick()}. */
    int taggedAt;

    Cell(int index) {
        this.index = index;
    }

    void tag(long sequence, int subStream, boolean own, int taggedAt, int block) {
        this.sequence = sequence;
        this.subStream = subStream;
        this.own = own;
        this.taggedAt = taggedAt;
        this.block = block;
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
