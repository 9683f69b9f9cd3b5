package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerGroup;
import java.util.function.LongSupplier;

/** Refreshes the counters of a running engine from what its parts publish. For any thread. */
final class LiveStats<E> implements StatsRefresh {
    private final EngineContext<E> context;
    private final EngineCounters counters;
    private final HandlerWatch handlerWatch;
    private final Sequence lowWatermark;

    LiveStats(EngineContext<E> context, HandlerWatch handlerWatch, Sequence lowWatermark) {
        this.context = context;
        this.counters = context.layout().counters;
        this.handlerWatch = handlerWatch;
        this.lowWatermark = lowWatermark;
        counters.set(PerEngine.RING_SIZE, context.ring().size());
        counters.set(PerEngine.STARTED_AT_MS, System.currentTimeMillis());
        refresh();
    }

    @Override
    public void refresh() {
        IngestRing<E> ring = context.ring();
        counters.set(PerEngine.STATE, context.lifecycle().state().ordinal());
        counters.set(PerEngine.RING_FREE, ring.size() - (ring.cursor() - ring.consumed()));
        handlerWatch.look(System.nanoTime());
        counters.set(PerEngine.LOW_WATERMARK, lowWatermark.get());
        int gauge = 0;
        for (LongSupplier value : context.config().gauges.values()) {
            counters.setGauge(gauge++, value.getAsLong());
        }
        counters.set(PerEngine.UPDATED_AT_MS, System.currentTimeMillis());
    }

    @Override
    public synchronized void refreshLatencies(int group) {
        LatencySampler sampler = context.sampler();
        publish(group, PerGroup.WAITING_SAMPLES, sampler.waiting(group).total());
        publish(group, PerGroup.RECENTLY_WAITING_SAMPLES, sampler.waiting(group).recent());
        publish(group, PerGroup.HANDLING_SAMPLES, sampler.handling(group).total());
        publish(
                group,
                PerGroup.RECENTLY_HANDLING_SAMPLES,
                sampler.handling(group).recent());
        publish(group, PerGroup.IN_RING_SAMPLES, sampler.inRing(group).total());
    }

    /** @param first kind of the first of the counters; the others follow. */
    private void publish(int group, PerGroup first, LatencyStats times) {
        PerGroup[] kinds = PerGroup.values();
        int kind = first.ordinal();
        counters.set(group, kinds[kind], times.samples());
        counters.set(group, kinds[kind + 1], times.p50Ns());
        counters.set(group, kinds[kind + 2], times.p99Ns());
        counters.set(group, kinds[kind + 3], times.p999Ns());
        counters.set(group, kinds[kind + 4], times.maxNs());
    }
}
