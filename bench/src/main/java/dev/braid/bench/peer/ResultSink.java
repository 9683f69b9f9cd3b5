package dev.braid.bench.peer;

/** Where results go, at the end of a pipeline. On the thread that handles, or joins, the records; but see {@link #close}. */
public interface ResultSink extends AutoCloseable {
    /** On the thread that will hand over results, before the first. */
    default void onStart() {}

    /** One result, which must not be kept. */
    void onResult(BenchRecord record);

    /** There is no other result at hand. */
    default void onBatchEnd() {}

    /** On the thread that handed over results, after the last. */
    @Override
    default void close() {}
}
