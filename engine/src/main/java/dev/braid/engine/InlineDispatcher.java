package dev.braid.engine;

import org.agrona.concurrent.NanoClock;

/** Has one batch at a time handled, and merged, by the conductor's own thread. */
final class InlineDispatcher<E> implements Dispatcher {
    private final Lifecycle lifecycle;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final CellPool<E> pool;
    private final HandlerLoop<E> loop;
    private final Sampler sampler;
    private final Merger<E> merger;
    /** Measures the cost of batches, or {@code null} where records are the cost. */
    private final NanoClock clock;

    InlineDispatcher(
            Lifecycle lifecycle,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            CellPool<E> pool,
            HandlerLoop<E> loop,
            Sampler sampler,
            Merger<E> merger,
            NanoClock clock) {
        this.lifecycle = lifecycle;
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.pool = pool;
        this.loop = loop;
        this.sampler = sampler;
        this.merger = merger;
        this.clock = clock;
    }

    @Override
    public void onStart() {
        merger.onStart();
    }

    @Override
    public int dispatch() {
        int group = scheduler.pick();
        if (group == WeightedScheduler.NONE) {
            return 0;
        }
        int size = scheduler.batchSize(group);
        long startNs = clock == null ? 0 : clock.nanoTime();
        int tried = 0;
        int handled = 0;
        boolean measures = sampler.isDue(group);
        do {
            SubStream<E> subStream = backlog.takeReady(group);
            int depth = subStream.size();
            int count = Math.min(depth, size - tried);
            int first = subStream.first();
            int taggedAt = measures ? pool.get(first).taggedAt : 0; // Its cell is free after the run.
            int done = loop.run(subStream, first, count, depth, measures); // What it throws ends the engine.
            if (measures) {
                measures = false;
                sampler.record(group, taggedAt, loop.begunNs(), loop.endedNs());
            }
            subStream.removeHandled(done);
            backlog.goOn(subStream);
            handled += done;
            tried += Math.min(count, done + 1); // An attempt is service, too.
        } while (tried < size && backlog.isReady(group));
        backlog.handled(group, handled);
        backlog.charge(group, clock == null ? tried : Math.max(tried, clock.nanoTime() - startNs));
        return tried;
    }

    @Override
    public void idle() {
        merger.idle();
    }

    @Override
    public boolean isWoundUp() {
        return true;
    }

    @Override
    public void close() {
        lifecycle.guard(merger::onShutdown);
        lifecycle.closed();
    }
}
