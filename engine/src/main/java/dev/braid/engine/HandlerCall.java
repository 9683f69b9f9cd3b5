package dev.braid.engine;

import com.lmax.disruptor.Sequence;

/**
 * The record that a thread of the engine is having handled, published for the watch: the first record of each run, and each record
 * if handlers are slow. It reads no clock: a watch that sees the same call twice knows how long it has lasted at least.
 */
final class HandlerCall {
    static final long NONE = -1;

    private static final int SUB_STREAM_BITS = 32;

    private final Sequence sequence = new Sequence(NONE);
    /** A count of runs, with the sub-stream of the last run in the lower bits. */
    private final Sequence run = new Sequence(0);

    private long runs;

    // For the thread that runs handlers.

    /** Begins a run of records of a sub-stream. */
    void beginRun(int subStream, long first) {
        run.set(++runs << SUB_STREAM_BITS | subStream);
        sequence.set(first);
    }

    void begin(long sequence) {
        this.sequence.set(sequence);
    }

    void endRun() {
        sequence.set(NONE);
    }

    // For any thread.

    /** Returns the record's sequence, or {@link #NONE}. */
    long sequence() {
        return sequence.get();
    }

    /** Returns a number that differs between two calls for one sequence. */
    long run() {
        return run.get();
    }

    static int subStream(long run) {
        return (int) run;
    }
}
