package dev.braid.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;

/**
 * Runs the agents of an engine, on threads of the engine or on the user's thread. Knows these threads, and therefore which threads
 * must not wait for the engine.
 */
abstract class EngineRunner implements BackPressure {
    private static final int SPINS = 100;
    private static final int YIELDS = 200;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    static EngineRunner of(BraidEngine<?> engine, EngineAssembly<?> parts) {
        return parts.context.config().threadingMode == ThreadingMode.INVOKER
                ? new InvokedRunner(engine, parts)
                : new ThreadedRunner(parts);
    }

    /** Starts the agents. To be called once. */
    abstract void start();

    /**
     * Runs one duty cycle on the calling thread.
     *
     * @return the amount of work done.
     * @throws IllegalStateException if the calling thread does not run the engine, or may not do so now.
     */
    abstract int invoke();

    /**
     * Returns the engine as an agent.
     *
     * @throws IllegalStateException if the engine has threads of its own.
     */
    abstract Agent agent();

    /**
     * Forbids publishing and waits until all agents have ended, or the close timeout is over. The engine was started, or can no
     * longer be started.
     *
     * @throws IllegalStateException if the calling thread must not close the engine.
     */
    abstract void close();

    /** Returns whether the calling thread is, or may be, inside a callback of the engine. */
    abstract boolean isInCallback();

    /** Runs a duty cycle if the calling thread runs the engine. Returns whether it did. */
    abstract boolean makeRoom();

    /** Waits for room on behalf of a publisher. */
    @Override
    public final void await(int attempt) {
        if (isInCallback()) {
            throw new IllegalStateException(
                    "a handler must not wait for the engine that calls it: to publish, use tryPublish or tryNext");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new PublisherInterruptedException("interrupted while waiting for the engine");
        }
        if (makeRoom()) {
            return; // Nobody else would make room.
        }
        if (attempt < SPINS) {
            Thread.onSpinWait();
        } else if (attempt < YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(PARK_NS);
        }
    }
}
