package dev.braid.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a command finish when it is told to end, by Ctrl-C or by kill -TERM. */
final class Ending {
    private static final long MAX_S = 30;

    private Ending() {}

    /**
     * Does some work, which finishes early if the JVM is told to end meanwhile. The JVM then waits, for a limited time, until the
     * results so far are written, and ends with the usual status, 130 or 143.
     *
     * @param stop makes the work finish; called by another thread.
     */
    static <T> T finishing(Runnable stop, Callable<T> work) throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        finished.await(MAX_S, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ending");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) { // The JVM is ending already, and takes no hooks any more.
            stop.run();
        }
        try {
            return work.call();
        } finally {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The hook is running, because the JVM is ending.
            }
        }
    }
}
