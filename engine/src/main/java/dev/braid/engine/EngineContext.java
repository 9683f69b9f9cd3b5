package dev.braid.engine;

import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * The objects that nearly all parts of an engine share. The record is immutable; its components say which threads they are for.
 *
 * @param config    the engine's settings.
 * @param lifecycle whether the engine is open, closing or halted.
 * @param layout    groups, sub-streams and counters.
 * @param threads   the conductor's first; with workers, then those of the workers and of the merge.
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

    /** Returns the clock that measures cost, or {@code null} if records are the cost. */
    NanoClock costClock() {
        return config.costModel == CostModel.NANOSECONDS ? config.nanoClock : null;
    }

    /** Returns the sequence of the ring's first record. */
    long firstSequence() {
        return config.resumePoint.firstSequence();
    }

    EngineThread conductorThread() {
        return threads.get(0);
    }

    EngineThread workerThread(int worker) {
        return threads.get(1 + worker);
    }

    /** Returns the thread that merges: with workers one of its own, otherwise the conductor's. */
    EngineThread mergeThread() {
        return threads.get(threads.size() - 1);
    }

    void wakeThreads() {
        threads.forEach(EngineThread::wake);
    }
}
