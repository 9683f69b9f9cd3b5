package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.List;
import java.util.Objects;

/**
 * Receives every result, once, as the last stage of the pipeline: a journal, or whatever else needs one stream of all
 * sub-streams.
 * <p>
 * All methods are called on one thread: the engine's, in {@link ThreadingMode#INVOKER} the one that invokes, in
 * {@link ThreadingMode#DEDICATED} one that does nothing else. Whatever
 * {@link #onResult} or {@link #onBatchEnd} throws halts the engine with that cause, and the low watermark stays where it
 * was.
 *
 * @param <E> type of the records.
 */
@FunctionalInterface
public interface MergeHandler<E> {
    /**
     * One result. Within a sub-stream results of records that were handled come in sequence order; across sub-streams in the
     * engine's {@link MergeOrder}. In {@link MergeOrder#WEIGHTED} order a record with the outcome {@link Outcome#SHED} comes at
     * once, before the results of earlier records of its sub-stream that still wait.
     *
     * @param record    as its handler left it; only valid during the call, for it will be used again. A record that
     *                  failed is as it was when the exception was thrown.
     * @param sequence  place in ingest order.
     * @param subStream that the partitioner chose, or {@link Partitioner#NO_SUB_STREAM} where it chose none.
     * @param outcome   what became of the record.
     * @param cause     why, for {@link Outcome#FAILED}; otherwise {@code null}. An {@link UnfilledRecordException} where the
     *                  record's publisher did not fill it: then the record must not be used.
     * @throws Exception to halt the engine.
     */
    void onResult(E record, long sequence, int subStream, Outcome outcome, Throwable cause) throws Exception;

    /**
     * What was buffered should now be written. Called at the end of every duty cycle that had results: after one when
     * the engine is idle, after about a round of them (see {@link EngineBuilder#round(int)}) when it is loaded, and after
     * more where {@link MergeOrder#SEQUENCE} sets many free at once. Where all records of a duty cycle were done before,
     * see {@link ResumePoint}, there may be no result, but a low watermark all the same.
     *
     * @param lowWatermark every sequence at or below it has been handed to {@link #onResult}. Once this method returns,
     *                     the engine publishes it as {@link BraidEngine#lowWatermark()}.
     * @throws Exception to halt the engine.
     */
    default void onBatchEnd(long lowWatermark) throws Exception {}

    /**
     * Called on every duty cycle without results, as often as the idle strategy allows, so it must be quick; while the thread
     * sleeps, at least every ten seconds. It is the place to notice what became of work that was handed to another thread. To have
     * that noticed at once, the other thread calls {@link java.util.concurrent.locks.LockSupport#unpark} with the thread that
     * called {@link #onStart()}, after the outcome is visible.
     *
     * @throws Exception to halt the engine.
     */
    default void onIdle() throws Exception {}

    /**
     * An engine is built that hands its results to this: for handlers that rely on what the engine consists of. Called on the
     * thread that builds.
     *
     * @param groups   all groups of the engine, in their order.
     * @param handlers of all sub-streams, by the sub-stream's id.
     * @throws RuntimeException to refuse the engine; it goes to the caller of {@link EngineBuilder#build()}.
     */
    default void onBuild(List<? extends HandlerGroup<?>> groups, List<? extends EventHandler<?>> handlers) {}

    /** Called once before the first result. What it throws halts the engine. */
    default void onStart() {}

    /** Called once after the last result, also when the engine halted. What it throws goes to the error handler. */
    default void onShutdown() {}

    /**
     * Where the engine has to go on, so that this handler gets every result once over restarts. Asked when the engine is
     * built.
     *
     * @return by default {@code null}: this handler remembers no earlier run, and the engine begins at sequence 0, or as
     *         {@link EngineBuilder#firstSequence} and {@link EngineBuilder#resumeAt} say.
     */
    default ResumePoint resumePoint() {
        return null;
    }

    /**
     * This handler and another one after it: every call goes to this one first, and to the other one when it has returned.
     * So what comes after a journal sees the end of a batch when the batch is written. Where this one throws, the other one
     * is not called, but for {@link #onShutdown()}, which each handler gets whose {@link #onStart()} was called.
     *
     * @param next the other one.
     * @return both; it resumes where the one of them says that has a {@link #resumePoint()}.
     */
    default MergeHandler<E> andThen(MergeHandler<? super E> next) {
        return new ChainedMergeHandler<>(this, Objects.requireNonNull(next, "next"));
    }
}
