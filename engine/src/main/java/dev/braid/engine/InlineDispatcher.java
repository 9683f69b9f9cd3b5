package dev.braid.engine;

import org.agrona.concurrent.NanoClock;

/** Has one batch at a time handled, and merged, by the conductor's own thread. */
final class InlineDispatcher<E> implements Dispatcher {
    private final Lifecycle lifecycle;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final HandlerLoop<E> loop;
    private final Merger<E> merger;
    /** Measures the cost of batches, or {@code null} where records are the cost. */
    private final NanoClock clock;

    private final Batch batch;

    InlineDispatcher(
            Lifecycle lifecycle,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            HandlerLoop<E> loop,
            Merger<E> merger,
            NanoClock clock,
            int maxRuns) {
        this.lifecycle = lifecycle;
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.loop = loop;
        this.merger = merger;
        this.clock = clock;
        this.batch = new Batch(maxRuns);
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
        backlog.fill(batch, group, scheduler.batchSize(group));
        long startNs = clock == null ? 0 : clock.nanoTime();
        for (int run = 0; run < batch.runs; run++) {
            loop.run(batch, run); // What it throws ends the engine: no need to leave all in order.
        }
        backlog.takeBack(batch);
        int tried = batch.tried();
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
