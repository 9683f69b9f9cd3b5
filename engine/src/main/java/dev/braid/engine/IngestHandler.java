package dev.braid.engine;

import java.util.List;

/**
 * Sees every record before it is partitioned, in sequence order, and says up to which record the engine may continue. It is the
 * interface of an input journal, for sources that cannot send again; applications rarely implement it.
 * <p>
 * All methods are called on the thread that partitions. Exceptions of {@link #onRecord} or {@link #onBatchEnd} halt the engine.
 *
 * @param <E> type of the records.
 */
public interface IngestHandler<E> {
    /** Stands for a group's index: the record came through the shared ingress. */
    int SHARED_INGRESS = -1;

    /**
     * Returns how many records of earlier runs are to be published through {@link BraidEngine#beginFeed} before any other. Asked
     * when the engine is built; until they are published, nobody else can publish.
     *
     * @return by default 0.
     */
    default long toFeed() {
        return 0;
    }

    /**
     * Called when an engine is built that will show its records to this handler, on the thread that builds: for handlers that
     * rely on what the engine consists of.
     *
     * @param groups all groups of the engine, in their order: {@link #onRecord} names one by its place among them.
     * @throws RuntimeException to refuse the engine; it goes to the caller of {@link EngineBuilder#build()}.
     */
    default void onBuild(List<? extends HandlerGroup<?>> groups) {}

    /** Called once before the first record. An exception halts the engine. */
    default void onStart() {}

    /**
     * Called for each record.
     *
     * @param record   as its publisher filled it; only valid during the call.
     * @param sequence place in ingest order.
     * @param group    the group through whose ingress it came, by its place among the engine's groups, or {@link #SHARED_INGRESS}.
     * @param cause    an {@link UnfilledRecordException} if its publisher failed to fill it, so that the record will fail;
     *                 otherwise {@code null}.
     * @throws Exception to halt the engine.
     */
    void onRecord(E record, long sequence, int group, Throwable cause) throws Exception;

    /**
     * Called at the end of a batch. Called repeatedly while the engine waits for a record to be admitted: at least once a
     * millisecond, and at once if another thread calls {@link java.util.concurrent.locks.LockSupport#unpark} with the thread that
     * called {@link #onStart()}.
     *
     * @param sequence the last record that was seen.
     * @return the last record that may be handled, at most this one.
     * @throws Exception to halt the engine.
     */
    long onBatchEnd(long sequence) throws Exception;

    /** Called once after the last record, also when the engine halted. An exception goes to the error handler. */
    default void onShutdown() {}
}
