package dev.braid.engine;

import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Has one batch at a time handled, and merged, by the conductor's own thread.
 * <p>
 * Touches several sub-streams ahead of handling, so that the processor prefetches them if they are too many for its caches.
 */
final class InlineDispatcher<E> implements Dispatcher {
    /** Look-ahead distance, in sub-streams. */
    private static final int LOOK_AHEAD = 16;

    private final EngineLifecycle lifecycle;
    private final InFlight<E> inFlight;
    private final SubStream<E>[] subStreams;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final CellPool<E> pool;
    private final HandlerLoop<E> loop;
    private final LatencySampler sampler;
    private final MergeStage<E> merger;
    /** Measures the cost of batches; {@code null} if records are the cost. */
    private final NanoClock clock;

    /** The sub-streams that were touched ahead. */
    private final int[] ids = new int[LOOK_AHEAD];

    /** Number of records of the batch that were handled. */
    private int handled;

    InlineDispatcher(
            EngineContext<E> context,
            InFlight<E> inFlight,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            HandlerLoop<E> loop,
            MergeStage<E> merger) {
        this.lifecycle = context.lifecycle();
        this.inFlight = inFlight;
        this.subStreams = context.layout().subStreams;
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.pool = context.pool();
        this.loop = loop;
        this.sampler = context.sampler();
        this.merger = merger;
        this.clock = context.costClock();
    }

    @Override
    public void onStart() {
        merger.onStart();
    }

    @Override
    public int catchUp() {
        return 0; // No other thread handles records.
    }

    @Override
    public int dispatch() {
        int group = scheduler.pick();
        if (group == WeightedScheduler.NONE) {
            return 0;
        }
        int size = scheduler.pickedSize(group);
        long startNs = clock == null ? 0 : clock.nanoTime();
        boolean measures = sampler.isDue(group);
        handled = 0;
        int tried = 0;
        try {
            do {
                tried += run(group, size - tried, measures); // What it throws ends the engine.
                measures = false;
            } while (tried < size && backlog.isReady(group));
        } finally {
            inFlight.endBatchOf(group);
        }
        backlog.handled(group, handled);
        backlog.charge(group, tried, clock == null ? tried : Math.max(tried, clock.nanoTime() - startNs));
        return tried;
    }

    /** Has at most {@code size} records handled. Returns how many were tried; a failed attempt also counts as service. */
    private int run(int group, int size, boolean measures) {
        int count = backlog.takeReady(group, ids, size);
        int tried = 0;
        for (int i = 0; i < count; i++) {
            SubStream<E> subStream = subStreams[ids[i]];
            int depth = subStream.size();
            int run = Math.min(depth, size - tried);
            int first = subStream.first();
            boolean measured = measures && i == 0;
            int taggedAt = measured ? pool.get(first).taggedAt : 0; // Read now, because the cell is free after the run.
            int done = loop.run(subStream, first, run, depth, measured);
            if (measured) {
                sampler.record(group, taggedAt, loop.begunNs(), loop.endedNs());
            }
            subStream.removeHandled(done);
            backlog.goOn(subStream);
            handled += done;
            tried += Math.min(run, done + 1);
        }
        return tried;
    }

    @Override
    public void recall() {
        // This dispatcher hands nothing over in advance.
    }

    @Override
    public void idle() {
        merger.idle();
    }

    @Override
    public long mostSleepNs() {
        return merger.idlePeriodNs();
    }

    @Override
    public boolean quiesce() {
        return true;
    }

    @Override
    public List<Agent> agents() {
        return List.of();
    }

    @Override
    public void close() {
        lifecycle.guard(merger::onShutdown);
        lifecycle.closed();
    }
}
