package dev.braid.engine;

/**
 * Sees every record before anything is done with it, in sequence order, and says up to which one the engine may go on: a
 * journal of what comes in, for sources that cannot send again.
 * <p>
 * All methods are called on the thread that partitions. What {@link #onRecord} or {@link #onBatchEnd} throws halts the engine.
 *
 * @param <E> type of the records.
 */
public interface IngestHandler<E> {
    /** In the place of a group's index: the record came through the shared ingress. */
    int SHARED_INGRESS = -1;

    /**
     * How many records of earlier runs are to be published through {@link BraidEngine#beginFeed} before any other. Asked when
     * the engine is built; as long as they are not, nobody else can publish.
     *
     * @return by default 0.
     */
    default long toFeed() {
        return 0;
    }

    /** Called once before the first record. What it throws halts the engine. */
    default void onStart() {}

    /**
     * One record.
     *
     * @param record   as its publisher filled it; only valid during the call.
     * @param sequence place in ingest order.
     * @param group    the group through whose ingress it came, by its place among the engine's groups, or
     *                 {@link #SHARED_INGRESS}.
     * @param cause    why its publisher failed to fill it, an {@link UnfilledRecordException}: then it will fail; or
     *                 {@code null}.
     * @throws Exception to halt the engine.
     */
    void onRecord(E record, long sequence, int group, Throwable cause) throws Exception;

    /**
     * End of a batch. Called repeatedly while the engine waits for a record to be let through: at least once a millisecond, and at
     * once if another thread calls {@link java.util.concurrent.locks.LockSupport#unpark} with the thread that called
     * {@link #onStart()}.
     *
     * @param sequence the last record that was seen.
     * @return the last record that may be handled, at most this one.
     * @throws Exception to halt the engine.
     */
    long onBatchEnd(long sequence) throws Exception;

    /** Called once after the last record, also when the engine halted. What it throws goes to the error handler. */
    default void onShutdown() {}
}
