package dev.braid.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in good order when the JVM is told to end, as by Ctrl-C: the command is asked to end, and the JVM
 * waits until it has, for a while.
 */
public final class OrderlyEnd implements AutoCloseable {
    /** How long an engine is given to close. */
    public static final long CLOSE_TIMEOUT_S = 60;

    private static final long TIMEOUT_S = CLOSE_TIMEOUT_S + 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private Thread hook;

    /** From now on the command is asked to end in this way. To be called once. */
    public void askBy(Runnable request) {
        hook = new Thread(() -> {
            request.run();
            awaitEnd();
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void awaitEnd() {
        try {
            if (!ended.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                System.err.println("no orderly end within " + TIMEOUT_S + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has ended. */
    @Override
    public void close() {
        ended.countDown();
        if (hook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The hook is running.
            }
        }
    }
}
