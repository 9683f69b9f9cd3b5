package dev.braid.bench.peer;

/** A journal of a peer, made in a folder of its own. Its constructor is for the thread that owns the pipeline. */
public interface JournalSink extends ResultSink {
    /** Returns the number of its own busy threads. */
    default int threads() {
        return 0;
    }

    /** Waits until every result that was handed over is written, if another thread writes. For the publisher's thread. */
    default void awaitWritten() {}

    /** Returns how often results were forced to disk before they counted as written. */
    default long forces() {
        return 0;
    }

    /** Releases the journal, when no thread hands over results any more. */
    default void release() {}
}
