package dev.braid.engine;

/**
 * State of a preallocated record while it is in flight. Cells are named by their index and linked by indices, never by references:
 * a reference store would cost a GC barrier per record.
 * <p>
 * Publishers touch {@link #outcome} and {@link #cause} only, before the ring hands the cell to the engine's thread.
 */
final class Cell {
    static final int NONE = -1;

    /** Value of {@link #outcome}: the record got it in an earlier run, and is not merged. */
    static final Outcome DONE = null;

    final int index;

    long sequence;
    int subStream;

    /** Index of the next cell in its sub-stream's queue, or among the stalled records. */
    int next;

    /** Its place in the {@link SequenceWindow}. */
    int block;

    /** Whether it came through its group's own ingress. */
    boolean own;

    /** What is the record's outcome, if nothing else happens to it. Other than {@link Outcome#PROCESSED} in rare cases only. */
    Outcome outcome = Outcome.PROCESSED;

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

    void fail(Throwable cause) {
        this.outcome = Outcome.FAILED;
        this.cause = cause;
    }

    /** Makes the cell ready for another record, whose outcome is not known. Returns the outcome that the last one had. */
    Outcome clear() {
        Outcome last = outcome;
        if (last != Outcome.PROCESSED) {
            outcome = Outcome.PROCESSED;
            cause = null;
        }
        return last;
    }
}
