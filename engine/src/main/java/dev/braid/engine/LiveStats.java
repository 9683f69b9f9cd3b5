package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import dev.braid.engine.EngineCounters.PerEngine;
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
        refreshShares();
        counters.set(PerEngine.UPDATED_AT_MS, System.currentTimeMillis());
    }

    @Override
    public void refreshShares() {
        context.layout().dueShares.publish();
    }

    @Override
    public synchronized void refreshLatencies(int group) {
        LatencySampler sampler = context.sampler();
        LatencyCounters.WAITING.set(counters, group, sampler.waiting(group).total());
        LatencyCounters.RECENTLY_WAITING.set(
                counters, group, sampler.waiting(group).recent());
        LatencyCounters.HANDLING.set(counters, group, sampler.handling(group).total());
        LatencyCounters.RECENTLY_HANDLING.set(
                counters, group, sampler.handling(group).recent());
        LatencyCounters.IN_RING.set(counters, group, sampler.inRing(group).total());
    }
}
