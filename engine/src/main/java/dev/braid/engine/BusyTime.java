package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerThread;

/** Adds up how long a thread has had work. For that thread. */
final class BusyTime {
    private final EngineCounters counters;
    private final int thread;
    private long totalNs;

    BusyTime(EngineCounters counters, int thread) {
        this.counters = counters;
        this.thread = thread;
    }

    void add(long ns) {
        totalNs += ns;
        counters.set(thread, PerThread.BUSY_NS, totalNs);
    }
}
