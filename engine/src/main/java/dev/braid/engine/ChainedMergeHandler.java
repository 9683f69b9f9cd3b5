package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Two merge handlers, called one after the other; see {@link MergeHandler#andThen}. */
final class ChainedMergeHandler<E> implements MergeHandler<E> {
    private final MergeHandler<? super E> first;
    private final MergeHandler<? super E> next;
    private boolean isNextStarted;

    ChainedMergeHandler(MergeHandler<? super E> first, MergeHandler<? super E> next) {
        this.first = first;
        this.next = next;
    }

    @Override
    public void onBuild(List<? extends HandlerGroup<?>> groups, List<? extends EventHandler<?>> handlers) {
        first.onBuild(groups, handlers);
        next.onBuild(groups, handlers);
    }

    @Override
    public void onStart() {
        first.onStart();
        isNextStarted = true;
        next.onStart();
    }

    @Override
    public void onResult(E record, long sequence, int subStream, Outcome outcome, Throwable cause) throws Exception {
        first.onResult(record, sequence, subStream, outcome, cause);
        next.onResult(record, sequence, subStream, outcome, cause);
    }

    @Override
    public void onBatchEnd(long lowWatermark) throws Exception {
        first.onBatchEnd(lowWatermark);
        next.onBatchEnd(lowWatermark);
    }

    @Override
    public void onIdle() throws Exception {
        first.onIdle();
        next.onIdle();
    }

    @Override
    public void onShutdown() {
        try {
            first.onShutdown();
        } catch (Throwable t) {
            shutDownNext(t);
            throw t;
        }
        if (isNextStarted) {
            next.onShutdown();
        }
    }

    private void shutDownNext(Throwable thrown) {
        if (isNextStarted) {
            try {
                next.onShutdown();
            } catch (Throwable t) {
                thrown.addSuppressed(t);
            }
        }
    }

    @Override
    public ResumePoint resumePoint() {
        return ResumePoints.agreed(first.resumePoint(), first, next.resumePoint(), next);
    }

    @Override
    public Map<String, LongSupplier> gauges() {
        Map<String, LongSupplier> gauges = new LinkedHashMap<>(first.gauges());
        gauges.putAll(next.gauges());
        return gauges;
    }

    @Override
    public String toString() {
        return first + " and then " + next;
    }
}
