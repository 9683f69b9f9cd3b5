package dev.braid.bench.peer;

/** A journal of a peer, made in a folder of its own. Its constructor is for the thread that owns the pipeline. */
public interface JournalSink extends ResultSink {
    /** How many busy threads it has of its own. */
    default int threads() {
        return 0;
    }

    /** Waits until what was handed over is written, where that is left to another thread. For the publisher's thread. */
    default void awaitWritten() {}

    /** How often what was written was forced to disk before results counted as written. */
    default long forces() {
        return 0;
    }

    /** Lets go of the journal, when no thread hands over results any more. */
    default void release() {}
}
