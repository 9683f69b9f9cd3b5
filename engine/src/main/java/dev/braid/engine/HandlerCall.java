package dev.braid.engine;

import com.lmax.disruptor.Sequence;

/**
 * Which record a thread of the engine is having handled, published for those who watch it: the first one of each run, and
 * where handlers are slow each one. It costs no look at a clock: how long a call has been under way is what those see who look twice.
 */
final class HandlerCall {
    static final long NONE = -1;

    private static final int SUB_STREAM_BITS = 32;

    private final Sequence sequence = new Sequence(NONE);
    /** A count of runs, and below it the sub-stream of the last one. */
    private final Sequence run = new Sequence(0);

    private long runs;

    // For the thread that runs handlers.

    /** A run of records of a sub-stream begins. */
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

    /** The record's sequence, or {@link #NONE}. */
    long sequence() {
        return sequence.get();
    }

    /** Differs between two calls for one sequence. */
    long run() {
        return run.get();
    }

    static int subStream(long run) {
        return (int) run;
    }
}
