package dev.braid.engine;

import java.util.Objects;

/**
 * What a thread is for: by this, settings tell the threads of engines and journals apart, see
 * {@link EngineBuilder#idleStrategy} and {@link EngineBuilder#threadFactory}.
 *
 * @param engineName of the engine that the thread belongs to, or whose journal it serves.
 * @param duty       what the thread does: one of the constants here, or of those that a journal's threads have.
 * @param number     0, or for one of several threads with this duty its number among them, from 0.
 */
public record ThreadRole(String engineName, String duty, int number) {
    /** The name of an engine that was given none. */
    public static final String DEFAULT_ENGINE_NAME = "braid";

    /**
     * Tags and schedules records; in {@link ThreadingMode#SHARED} the engine's only thread, which runs handlers and merges, too.
     */
    public static final String CONDUCTOR = "engine";

    /** Runs handlers, in {@link ThreadingMode#DEDICATED}. There are several, with numbers from 0. */
    public static final String WORKER = "worker";

    /** Merges, in {@link ThreadingMode#DEDICATED}. */
    public static final String MERGE = "merge";

    /** Brings the counters' file up to date, where there is one. A daemon, which has no idle strategy. */
    public static final String STATS = "stats";

    /**
     * Checks that both names are there.
     *
     * @param engineName of the engine.
     * @param duty       what the thread does.
     * @param number     0, or its number among several.
     */
    public ThreadRole {
        Objects.requireNonNull(engineName, "engineName");
        Objects.requireNonNull(duty, "duty");
    }

    /**
     * The name that the thread has by default.
     *
     * @return the engine's name and the duty, as in {@code braid-engine}; workers have their number, too, as in
     *         {@code braid-worker-0}.
     */
    public String threadName() {
        String name = engineName + "-" + duty;
        return duty.equals(WORKER) ? name + "-" + number : name;
    }
}
