package dev.braid.engine;

/** Which threads run the engine. The publishers' threads are always the user's. */
public enum ThreadingMode {
    /** The user's thread runs everything, by calling {@link BraidEngine#invoke()}. */
    INVOKER,

    /** One engine thread runs partitioning, scheduling, handlers and merge. */
    SHARED
}
