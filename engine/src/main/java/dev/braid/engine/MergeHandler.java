package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Receives every result once, as the last stage of the pipeline: a journal, or any other consumer of one stream of all sub-streams.
 * <p>
 * All methods are called on one thread: the engine's; in {@link ThreadingMode#INVOKER} the one that invokes; in {@link
 * ThreadingMode#DEDICATED} one that does nothing else. Exceptions of {@link #onResult}, {@link #onBatchEnd} and {@link #onIdle}
 * halt the engine with that cause, and the low watermark stays where it was.
 *
 * @param <E> type of the records.
 */
@FunctionalInterface
public interface MergeHandler<E> {
    /**
     * Called for each result. Within a sub-stream, results of records that were handled come in sequence order; across sub-streams,
     * in the engine's {@link MergeOrder}. In {@link MergeOrder#WEIGHTED} order a record with the outcome {@link Outcome#SHED} comes
     * at once, before the results of earlier records of its sub-stream that still wait.
     *
     * @param record    as its handler left it; only valid during the call, because it will be reused. A record that failed is as it
     *                  was when the exception was thrown.
     * @param sequence  place in ingest order.
     * @param subStream chosen by the partitioner, or {@link Partitioner#NO_SUB_STREAM} if it chose none.
     * @param outcome   of the record.
     * @param cause     the reason for {@link Outcome#FAILED}; otherwise {@code null}. An {@link UnfilledRecordException} if the
     *                  record's publisher did not fill it: the record must not be used then.
     * @throws Exception to halt the engine.
     */
    void onResult(E record, long sequence, int subStream, Outcome outcome, Throwable cause) throws Exception;

    /**
     * Called at the end of every duty cycle that had results; buffered results should now be written. That is after one result when
     * the engine is idle, after about a round of them (see {@link EngineBuilder#round(int)}) when it is loaded, and after more if
     * {@link MergeOrder#SEQUENCE} releases many at once. If all records of a duty cycle were done in an earlier run, see {@link
     * ResumePoint}, the call comes with a low watermark and without results.
     *
     * @param lowWatermark every sequence at or below it has been handed to {@link #onResult}. Once this method returns, the engine
     *                     publishes it as {@link BraidEngine#lowWatermark()}.
     * @throws Exception to halt the engine.
     */
    default void onBatchEnd(long lowWatermark) throws Exception {}

    /**
     * Called on every duty cycle without results, as often as the idle strategy allows, so it must be quick; while the thread
     * sleeps, at least every ten seconds. It is the place to notice the outcome of work that was handed to another thread. To have
     * it noticed at once, the other thread calls {@link java.util.concurrent.locks.LockSupport#unpark} with the thread that called
     * {@link #onStart()}, after the outcome is visible.
     *
     * @throws Exception to halt the engine.
     */
    default void onIdle() throws Exception {}

    /**
     * Called when an engine is built that hands its results to this handler, for handlers that depend on the engine's groups.
     * Called on the thread that builds.
     *
     * @param groups   all groups of the engine, in their order.
     * @param handlers of all sub-streams, by the sub-stream's id.
     * @throws RuntimeException to refuse the engine; it goes to the caller of {@link EngineBuilder#build()}.
     */
    default void onBuild(List<? extends HandlerGroup<?>> groups, List<? extends EventHandler<?>> handlers) {}

    /** Called once before the first result. An exception halts the engine. */
    default void onStart() {}

    /** Called once after the last result, also when the engine halted. An exception goes to the error handler. */
    default void onShutdown() {}

    /**
     * Returns where the engine has to continue, so that this handler gets every result once over restarts. Asked when the engine is
     * built.
     *
     * @return by default {@code null}: this handler remembers no earlier run, and the engine begins at sequence 0, or as {@link
     *         EngineBuilder#firstSequence} and {@link EngineBuilder#resumeAt} say.
     */
    default ResumePoint resumePoint() {
        return null;
    }

    /**
     * Returns numbers of this handler's own, which are shown beside the engine's: see {@link EngineStats#gauges()}. Called when the
     * engine is built. Each gauge is read on any thread: by whoever reads the engine's numbers, and once a second if they are kept in
     * a file. An exception of a gauge goes to that caller, or to the error handler.
     *
     * @return gauges by name, by default none. Names of more than 300 bytes may be cut off.
     */
    default Map<String, LongSupplier> gauges() {
        return Map.of();
    }

    /**
     * Returns this handler followed by another one: every call goes to this handler first, and to the other one when it has
     * returned. A handler behind a journal therefore sees the end of a batch when the batch is written. If this handler throws, the
     * other one is not called, except for {@link #onShutdown()}, which each handler gets whose {@link #onStart()} was called.
     *
     * @param next the other handler.
     * @return both; it resumes where the one of them says that has a {@link #resumePoint()}, and has the gauges of both.
     */
    default MergeHandler<E> andThen(MergeHandler<? super E> next) {
        return new ChainedMergeHandler<>(this, Objects.requireNonNull(next, "next"));
    }
}
