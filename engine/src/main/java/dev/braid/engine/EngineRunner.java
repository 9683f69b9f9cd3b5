package dev.braid.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;

/**
 * Runs the agents of an engine: on threads of the engine's own, or on the user's thread. It knows which threads these are, and so
 * who must not wait for the engine.
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
     * @return how much work was done.
     * @throws IllegalStateException if the calling thread does not run the engine, or may not do so now.
     */
    abstract int invoke();

    /**
     * The engine as an agent.
     *
     * @throws IllegalStateException if it has threads of its own.
     */
    abstract Agent agent();

    /**
     * Forbids publishing and waits until all agents have ended, as long as the close timeout says. The engine was started, or
     * cannot be any more.
     *
     * @throws IllegalStateException if the calling thread must not do that.
     */
    abstract void close();

    /** Whether the calling thread is inside of a callback of the engine, or may be. */
    abstract boolean isInCallback();

    /** Whether the calling thread runs the engine: then it runs a duty cycle. */
    abstract boolean makeRoom();

    /** What a publisher does while there is no room. */
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
            return; // Nobody else would.
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
