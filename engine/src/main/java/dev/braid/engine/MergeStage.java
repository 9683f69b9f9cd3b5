package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import java.util.concurrent.TimeUnit;

/**
 * The last stage: hands results to the merge handler and publishes the low watermark. Once the handler has thrown, only its {@code
 * onShutdown} is called. For the thread that merges.
 */
final class MergeStage<E> {
    /** Longest time between two calls of {@link MergeHandler#onIdle()}. */
    static final long DEFAULT_IDLE_PERIOD_NS = TimeUnit.SECONDS.toNanos(10);

    private final MergeHandler<? super E> handler;
    private final Sequence lowWatermark;
    private final long idlePeriodNs;
    private boolean started;
    private boolean batchOpen;
    private boolean broken;

    MergeStage(MergeHandler<? super E> handler, Sequence lowWatermark, long idlePeriodNs) {
        this.handler = handler;
        this.lowWatermark = lowWatermark;
        this.idlePeriodNs = idlePeriodNs;
    }

    /** @throws EngineHaltedException if the handler threw. */
    void merge(Cell cell, E record) {
        batchOpen = true;
        try {
            if (cell.outcome != Cell.DONE) {
                handler.onResult(record, cell.sequence, cell.subStream, cell.outcome, cell.cause);
            }
        } catch (Throwable t) {
            throw broken("the merge handler threw at sequence " + cell.sequence + ": " + t, t);
        }
    }

    /**
     * Ends the batch and publishes the low watermark.
     *
     * @param watermark every sequence at or below it was merged.
     * @return whether there was a batch to end.
     * @throws EngineHaltedException if the handler threw.
     */
    boolean endBatch(long watermark) {
        if (!batchOpen || broken) {
            return false;
        }
        try {
            handler.onBatchEnd(watermark);
        } catch (Throwable t) {
            throw broken("the merge handler threw at the end of a batch: " + t, t);
        }
        batchOpen = false;
        lowWatermark.set(watermark);
        return true;
    }

    /**
     * Calls the handler's {@code onIdle}, because there was nothing to merge.
     *
     * @throws EngineHaltedException if the handler threw.
     */
    void idle() {
        try {
            handler.onIdle();
        } catch (Throwable t) {
            throw broken("the merge handler threw while idle: " + t, t);
        }
    }

    /** Returns the longest time between two calls of {@link #idle()}. */
    long idlePeriodNs() {
        return idlePeriodNs;
    }

    boolean isBroken() {
        return broken;
    }

    private EngineHaltedException broken(String message, Throwable cause) {
        broken = true;
        return new EngineHaltedException(message, cause);
    }

    /** @throws EngineHaltedException if the handler threw. */
    void onStart() {
        started = true;
        try {
            handler.onStart();
        } catch (Throwable t) {
            throw broken("onStart of the merge handler threw: " + t, t);
        }
    }

    void onShutdown() {
        if (started) {
            handler.onShutdown();
        }
    }
}
