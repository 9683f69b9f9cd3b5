package dev.braid.engine;

import org.agrona.concurrent.IdleStrategy;

/**
 * A thread of the engine.
 *
 * @param role         what it is for.
 * @param idleStrategy what it does when there is nothing to do.
 * @param sleeper      by which it is woken: the idle strategy, or if that cannot be woken, one that never sleeps.
 * @param busy         how long it had work.
 */
record EngineThread(ThreadRole role, IdleStrategy idleStrategy, WakeableIdleStrategy sleeper, BusyTime busy) {
    static EngineThread of(ThreadRole role, EngineBuilder<?> settings, BusyTime busy) {
        IdleStrategy given = settings.idleStrategy.apply(role);
        if (given == null) {
            throw new IllegalArgumentException("the idle strategy for thread " + role.threadName() + " is null");
        }
        return new EngineThread(
                role, given, given instanceof WakeableIdleStrategy own ? own : new WakeableIdleStrategy(), busy);
    }

    /** Wakes it, if it sleeps. Returns whether it did. */
    boolean wake() {
        return sleeper.wakeUp().wake();
    }
}
