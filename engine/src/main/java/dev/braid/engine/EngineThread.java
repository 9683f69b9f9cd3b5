package dev.braid.engine;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * A thread of the engine.
 *
 * @param role         its duty.
 * @param idleStrategy what it does without work.
 * @param sleeper      wakes it: the idle strategy, or if that cannot be woken, one that never sleeps.
 * @param busy         how long it had work.
 * @param call         the handler call that it is in.
 */
record EngineThread(
        ThreadRole role, IdleStrategy idleStrategy, WakeableIdleStrategy sleeper, BusyTime busy, HandlerCall call) {
    /** Returns the roles of all threads of an engine: the conductor; with workers, then each worker and the merge. */
    static List<ThreadRole> roles(EngineConfig<?> config) {
        List<ThreadRole> roles = new ArrayList<>();
        roles.add(new ThreadRole(config.engineName, ThreadRole.CONDUCTOR, 0));
        if (config.isDedicated()) {
            for (int i = 0; i < config.workers; i++) {
                roles.add(new ThreadRole(config.engineName, ThreadRole.WORKER, i));
            }
            roles.add(new ThreadRole(config.engineName, ThreadRole.MERGE, 0));
        }
        return roles;
    }

    /** @param counters with those of all these threads, in this order. */
    static List<EngineThread> all(List<ThreadRole> roles, EngineConfig<?> config, EngineCounters counters) {
        List<EngineThread> threads = new ArrayList<>();
        for (ThreadRole role : roles) {
            IdleStrategy given = config.idleStrategy.apply(role);
            checkIsOwn(role, given, threads);
            threads.add(of(role, given, new BusyTime(counters, threads.size())));
        }
        return List.copyOf(threads);
    }

    /** Refuses one that keeps state for one thread: who sleeps could be taken for awake, and never be woken. */
    private static void checkIsOwn(ThreadRole role, IdleStrategy given, List<EngineThread> others) {
        if (given instanceof WakeableIdleStrategy || given instanceof BackoffIdleStrategy) {
            for (EngineThread other : others) {
                if (other.idleStrategy == given) {
                    throw new IllegalArgumentException("threads " + other.name() + " and " + role.threadName()
                            + " were given the same " + given.getClass().getSimpleName()
                            + ": each thread needs one of its own");
                }
            }
        }
    }

    private static EngineThread of(ThreadRole role, IdleStrategy given, BusyTime busy) {
        if (given == null) {
            throw new IllegalArgumentException("the idle strategy for thread " + role.threadName() + " is null");
        }
        WakeableIdleStrategy sleeper = given instanceof WakeableIdleStrategy own ? own : new WakeableIdleStrategy();
        return new EngineThread(role, given, sleeper, busy, new HandlerCall());
    }

    String name() {
        return role.threadName();
    }

    /** @throws IllegalArgumentException if its idle strategy belongs to another thread, which may be another engine's. */
    void reserveIdleStrategy() {
        if (idleStrategy == sleeper) {
            sleeper.reserve(name());
        }
    }

    void releaseIdleStrategy() {
        sleeper.release();
    }

    WakeUp wakeUp() {
        return sleeper.wakeUp();
    }

    /** Wakes the thread if it sleeps. Returns whether it did. */
    boolean wake() {
        return wakeUp().wake();
    }
}
