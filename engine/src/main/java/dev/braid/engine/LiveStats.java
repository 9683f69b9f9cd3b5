package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerGroup;

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
        counters.set(PerEngine.UPDATED_AT_MS, System.currentTimeMillis());
    }

    @Override
    public void refreshLatencies(int group) {
        LatencySampler sampler = context.sampler();
        sampler.waiting(group).publish(counters, group, PerGroup.WAITING_SAMPLES);
        sampler.handling(group).publish(counters, group, PerGroup.HANDLING_SAMPLES);
        sampler.inRing(group).publish(counters, group, PerGroup.IN_RING_SAMPLES);
    }
}
