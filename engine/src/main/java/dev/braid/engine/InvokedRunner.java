package dev.braid.engine;

import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Runs the conductor on a thread of the user's ({@link ThreadingMode#INVOKER}), and refuses every other thread. An interrupt
 * of that thread is the user's: it does not stop the engine.
 */
final class InvokedRunner {
    private final Agent conductor;
    private final EngineLifecycle lifecycle;
    private final ErrorHandler errorHandler;
    private volatile Thread driver;
    private volatile boolean ended;
    /** The driver's: whether it is inside of a callback of the engine, or may be. */
    private boolean invoking;

    /** @param errorHandler which throws nothing. */
    InvokedRunner(Agent conductor, EngineLifecycle lifecycle, ErrorHandler errorHandler) {
        this.conductor = conductor;
        this.lifecycle = lifecycle;
        this.errorHandler = errorHandler;
    }

    /** The calling thread becomes the one that drives the engine. */
    void start() {
        driver = Thread.currentThread();
        invoking = true; // No handler may drive or close the engine from onStart.
        try {
            conductor.onStart();
        } finally {
            invoking = false;
        }
    }

    boolean isStarted() {
        return driver != null;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isDriver() {
        return Thread.currentThread() == driver;
    }

    /** Whether the calling thread is inside of a callback of the engine. */
    boolean isInCallback() {
        return isDriver() && invoking;
    }

    /** @throws IllegalStateException if the calling thread does not drive the engine, or is inside of a callback. */
    void check(String method) {
        Thread driver = this.driver;
        if (Thread.currentThread() != driver) {
            throw new IllegalStateException(method + "() is for the thread that started the engine, which is "
                    + (driver == null ? "none yet" : driver.getName()));
        }
        if (invoking) {
            throw new IllegalStateException("a handler must not " + method + "() the engine that calls it");
        }
    }

    /** One duty cycle. Returns how much work was done. */
    int dutyCycle() {
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

    /** Runs the engine until it has ended, or the time is up; then it is halted. */
    void drive(long timeoutNs, Supplier<EngineHaltedException> timedOut) {
        long startNs = System.nanoTime();
        boolean interrupted = false;
        while (!ended) {
            interrupted |= Thread.interrupted(); // Handlers that block would fail by it.
            dutyCycle();
            if (!ended && System.nanoTime() - startNs > timeoutNs) {
                lifecycle.halt(timedOut.get());
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
