package dev.braid.bench.peer;

/** The receiver of results at the end of a pipeline. For the thread that handles, or joins, the records; but see {@link #close}. */
public interface ResultSink extends AutoCloseable {
    /** Called on the thread that will hand over results, before the first. */
    default void onStart() {}

    /** Called for each result, which must not be kept. */
    void onResult(BenchRecord record);

    /** Called when no other result is available. */
    default void onBatchEnd() {}

    /** Called on the thread that handed over results, after the last. */
    @Override
    default void close() {}
}
