package dev.braid.engine;

import java.util.Objects;

/**
 * Names what a thread is for. Settings use it to tell the threads of engines and journals apart, see {@link
 * EngineBuilder#idleStrategy} and {@link EngineBuilder#threadFactory}.
 *
 * @param engineName of the engine that the thread belongs to, or whose journal it serves.
 * @param duty       one of the constants here, or of those that a journal's threads have.
 * @param number     0, or for one of several threads with this duty its number, from 0.
 */
public record ThreadRole(String engineName, String duty, int number) {
    /** The name of an engine that was given none. */
    public static final String DEFAULT_ENGINE_NAME = "braid";

    /** Tags and schedules records; in {@link ThreadingMode#SHARED}, the engine's only thread also runs handlers and merges. */
    public static final String CONDUCTOR = "engine";

    /** Runs handlers, in {@link ThreadingMode#DEDICATED}. There are several, with numbers from 0. */
    public static final String WORKER = "worker";

    /** Merges, in {@link ThreadingMode#DEDICATED}. */
    public static final String MERGE = "merge";

    /** Refreshes the counters file, if there is one. A daemon, which has no idle strategy. */
    public static final String STATS = "stats";

    /**
     * Checks that both names are present.
     *
     * @param engineName of the engine.
     * @param duty       of the thread.
     * @param number     0, or its number among several.
     */
    public ThreadRole {
        Objects.requireNonNull(engineName, "engineName");
        Objects.requireNonNull(duty, "duty");
    }

    /**
     * Returns the name that the thread has by default.
     *
     * @return the engine's name and the duty, as in {@code braid-engine}; workers also have their number, as in {@code
     *         braid-worker-0}.
     */
    public String threadName() {
        String name = engineName + "-" + duty;
        return duty.equals(WORKER) ? name + "-" + number : name;
    }
}
