package dev.braid.engine;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Runs the conductor on the user's thread ({@link ThreadingMode#INVOKER}), and refuses every other thread. An interrupt of that
 * thread is the user's, and does not stop the engine.
 */
final class InvokedRunner extends EngineRunner {
    private final Agent conductor;
    private final Agent agent;
    private final EngineLifecycle lifecycle;
    private final IngestRing<?> ring;
    private final ErrorHandler errorHandler;
    private final CloseTimeout closeTimeout;
    private volatile Thread driver;
    private volatile boolean ended;
    /** Whether the driving thread is, or may be, inside a callback of the engine. For that thread. */
    private boolean invoking;

    InvokedRunner(BraidEngine<?> engine, EngineAssembly<?> parts) {
        this.conductor = parts.conductor;
        this.agent = new EngineAgent(engine, this, conductor.roleName());
        this.lifecycle = parts.context.lifecycle();
        this.ring = parts.ring;
        this.errorHandler = parts.context.config().errorHandler;
        this.closeTimeout = parts.closeTimeout();
    }

    @Override
    Agent agent() {
        return agent;
    }

    /** Makes the calling thread the one that drives the engine. */
    @Override
    void start() {
        driver = Thread.currentThread();
        invoking = true; // No handler may drive or close the engine from onStart.
        try {
            conductor.onStart();
        } finally {
            invoking = false;
        }
    }

    boolean hasEnded() {
        return ended;
    }

    private boolean isDriver() {
        return Thread.currentThread() == driver;
    }

    @Override
    boolean isInCallback() {
        return isDriver() && invoking;
    }

    /** @throws IllegalStateException if the calling thread does not drive the engine, or is inside a callback. */
    private void check(String method) {
        Thread driver = this.driver;
        if (Thread.currentThread() != driver) {
            throw new IllegalStateException(method + "() is for the thread that started the engine, which is "
                    + (driver == null ? "none yet" : driver.getName()));
        }
        if (invoking) {
            throw new IllegalStateException("a handler must not " + method + "() the engine that calls it");
        }
    }

    @Override
    int invoke() {
        check("invoke");
        lifecycle.checkOpen();
        int work = dutyCycle();
        lifecycle.throwHalted();
        return work;
    }

    @Override
    boolean makeRoom() {
        boolean isDriver = isDriver();
        if (isDriver) {
            dutyCycle();
        }
        return isDriver;
    }

    private int dutyCycle() {
        if (ended) {
            return 0;
        }
        invoking = true;
        try {
            return conductor.doWork();
        } catch (AgentTerminationException e) {
            end();
        } catch (Throwable t) {
            errorHandler.onError(t);
        } finally {
            invoking = false;
        }
        return 0;
    }

    @Override
    void close() {
        if (driver != null && !ended) {
            check("close");
            lifecycle.beginClose(ring);
            drive();
        }
    }

    /** Runs the engine until it has ended, or halts it when the time is up. */
    private void drive() {
        long startNs = System.nanoTime();
        boolean interrupted = false;
        while (!ended) {
            interrupted |= Thread.interrupted(); // Handlers that block would fail with the flag set.
            dutyCycle();
            if (!ended && System.nanoTime() - startNs > closeTimeout.ns()) {
                lifecycle.halt(closeTimeout.failure());
                end();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        invoking = true;
        try {
            conductor.onClose();
        } finally {
            invoking = false;
            ended = true;
        }
    }
}
