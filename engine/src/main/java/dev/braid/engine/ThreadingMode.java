package dev.braid.engine;

/** Selects the threads that run the engine. The publishers' threads are always the user's. */
public enum ThreadingMode {
    /** The user's thread runs everything, by calling {@link BraidEngine#invoke()} or running {@link BraidEngine#agent()}. */
    INVOKER,

    /** One engine thread runs partitioning, scheduling, handlers and merge. */
    SHARED,

    /**
     * One thread partitions and schedules, {@link EngineBuilder#workers(int) workers} run the handlers, and one thread merges: for
     * handlers that block, or have more to do than one processor can. A sub-stream's records are still handled one at a time and in
     * order, but by changing threads; what a handler writes is visible to the thread that calls it next. Handlers' {@code onStart}
     * and {@code onShutdown} are called on the thread that partitions.
     */
    DEDICATED
}
