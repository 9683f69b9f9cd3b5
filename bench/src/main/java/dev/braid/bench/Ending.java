package dev.braid.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What happens when a command is told to end, by Ctrl-C or by kill -TERM. */
final class Ending {
    private static final long MOST_S = 30;

    private Ending() {}

    /**
     * Does some work, and has it finish early if the JVM is told to end meanwhile: that waits, for a while, until what is
     * there has been written, and ends with the status that is usual then, 130 or 143.
     *
     * @param stop has the work finish; another thread calls it.
     */
    static <T> T finishing(Runnable stop, Callable<T> work) throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    stop.run();
                    try {
                        finished.await(MOST_S, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "ending");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It runs: the JVM is ending.
            }
        }
    }
}
