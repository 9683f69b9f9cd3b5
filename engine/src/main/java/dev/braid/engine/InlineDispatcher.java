package dev.braid.engine;

import org.agrona.concurrent.NanoClock;

/**
 * Has one batch at a time handled, and merged, by the conductor's own thread.
 * <p>
 * It looks at several sub-streams before it has a record of the first handled: so the processor fetches them at once, where
 * they are too many for its caches.
 */
final class InlineDispatcher<E> implements Dispatcher {
    /** How many that are. */
    private static final int LOOK_AHEAD = 16;

    private final Lifecycle lifecycle;
    private final InFlight<E> inFlight;
    private final SubStream<E>[] subStreams;
    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final CellPool<E> pool;
    private final HandlerLoop<E> loop;
    private final Sampler sampler;
    private final Merger<E> merger;
    /** Measures the cost of batches, or {@code null} where records are the cost. */
    private final NanoClock clock;

    /** As much of the batch as was looked at. */
    private final Batch part = new Batch(LOOK_AHEAD);

    /** Of the batch. */
    private int handled;

    InlineDispatcher(
            Lifecycle lifecycle,
            InFlight<E> inFlight,
            SubStream<E>[] subStreams,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            CellPool<E> pool,
            HandlerLoop<E> loop,
            Sampler sampler,
            Merger<E> merger,
            NanoClock clock) {
        this.lifecycle = lifecycle;
        this.inFlight = inFlight;
        this.subStreams = subStreams;
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
        boolean measures = sampler.isDue(group);
        handled = 0;
        int tried = 0;
        try {
            do {
                look(group, size - tried);
                tried += run(measures); // What it throws ends the engine.
                measures = false;
            } while (tried < size && backlog.isReady(group));
        } finally {
            inFlight.endBatchOf(group);
        }
        backlog.handled(group, handled);
        backlog.charge(group, clock == null ? tried : Math.max(tried, clock.nanoTime() - startNs));
        return tried;
    }

    /** Takes sub-streams of a group, with up to so many records. */
    private void look(int group, int size) {
        part.clear(group);
        do {
            SubStream<E> subStream = backlog.takeReady(group);
            int depth = subStream.size();
            part.add(subStream.id, subStream.first(), Math.min(depth, size - part.records), depth);
        } while (part.records < size && part.runs < LOOK_AHEAD && backlog.isReady(group));
    }

    /** Has their records handled. Returns how many were tried: a vain attempt is service, too. */
    private int run(boolean measures) {
        int tried = 0;
        int taggedAt = measures ? pool.get(part.firsts[0]).taggedAt : 0; // Its cell is free after the run.
        for (int run = 0; run < part.runs; run++) {
            SubStream<E> subStream = subStreams[part.subStreams[run]];
            int count = part.counts[run];
            int done = loop.run(subStream, part.firsts[run], count, part.depths[run], measures && run == 0);
            subStream.removeHandled(done);
            backlog.goOn(subStream);
            handled += done;
            tried += Math.min(count, done + 1);
        }
        if (measures) {
            sampler.record(part.group, taggedAt, loop.begunNs(), loop.endedNs());
        }
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
