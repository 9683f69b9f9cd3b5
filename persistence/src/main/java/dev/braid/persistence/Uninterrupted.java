package dev.braid.persistence;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs work that an interrupt must not break off, because it would close a file's channel half-way and release a lock. The
 * thread's interrupt flag is set again at the end, so that the next wait of the thread sees it.
 */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Work on channels. */
    interface Work<T, X extends Exception> {
        T run() throws X;
    }

    /** Does work as if the thread had not been interrupted before. An interrupt meanwhile still closes an open channel. */
    static <T, X extends Exception> T call(Work<T, X> work) throws X {
        boolean interrupted = Thread.interrupted();
        try {
            return work.run();
        } finally {
            restore(interrupted);
        }
    }

    /**
     * Waits, and sleeps meanwhile also where the thread is interrupted: a park returns at once then, and a loop around it would
     * spin.
     *
     * @param isDone  is asked before each pause; what it throws ends the wait.
     * @param pauseNs how long to sleep each time.
     */
    static void await(BooleanSupplier isDone, long pauseNs) {
        boolean interrupted = Thread.interrupted();
        try {
            while (!isDone.getAsBoolean()) {
                LockSupport.parkNanos(pauseNs);
                interrupted |= Thread.interrupted();
            }
        } finally {
            restore(interrupted);
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
