package dev.braid.engine;

import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * What nearly all parts of an engine share. Immutable, though its parts are not: each of these says whose it is.
 *
 * @param config    the engine's settings.
 * @param lifecycle whether the engine is open, closing or has halted.
 * @param layout    groups, sub-streams and counters.
 * @param threads   the conductor's first, then with workers those of the workers and of the merge.
 * @param pool      all records with their cells.
 * @param ring      where records come in.
 * @param sampler   measures waiting and handling.
 */
record EngineContext<E>(
        EngineConfig<E> config,
        EngineLifecycle lifecycle,
        EngineLayout<E> layout,
        List<EngineThread> threads,
        CellPool<E> pool,
        IngestRing<E> ring,
        LatencySampler sampler) {
    NanoClock clock() {
        return config.nanoClock;
    }

    /** Measures what is done, or {@code null} where records are the cost. */
    NanoClock costClock() {
        return config.costModel == CostModel.NANOSECONDS ? config.nanoClock : null;
    }

    /** The sequence of the ring's first record. */
    long firstSequence() {
        return config.resumePoint.firstSequence();
    }

    EngineThread conductorThread() {
        return threads.get(0);
    }

    EngineThread workerThread(int worker) {
        return threads.get(1 + worker);
    }

    /** The thread that merges: with workers one of its own, otherwise the conductor's. */
    EngineThread mergeThread() {
        return threads.get(threads.size() - 1);
    }

    void wakeThreads() {
        threads.forEach(EngineThread::wake);
    }
}
