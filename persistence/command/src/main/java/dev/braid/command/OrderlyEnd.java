package dev.braid.command;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a command end in good order when the JVM is told to end, as by Ctrl-C: the command is asked to end, and the JVM waits a
 * moment until it has. What does not hear, as a record that takes minutes, is cut off: a journal survives that. Only a journal
 * that is being closed is waited for.
 */
public final class OrderlyEnd implements AutoCloseable {
    /** How long an engine is given to close. */
    public static final long CLOSE_TIMEOUT_S = 60;

    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(CLOSE_TIMEOUT_S + 10);
    private static final long TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long LOOK_MS = 20;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isAsked;
    private volatile boolean isClosing;
    private Thread hook;

    /**
     * From now on the command is asked to end in this way. To be called once.
     *
     * @param lastWords for a command that is cut off; for any thread.
     * @param err       to say them.
     */
    public void askBy(Runnable request, Supplier<String> lastWords, PrintStream err) {
        hook = new Thread(() -> {
            isAsked = true;
            request.run();
            if (!awaitEnd()) {
                err.println(lastWords.get());
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the command was asked to end. */
    public boolean isAsked() {
        return isAsked;
    }

    /** What is to be waited for longer begins, or is over. */
    public void closing(boolean begins) {
        isClosing = begins;
    }

    private boolean awaitEnd() {
        long startNs = System.nanoTime();
        try {
            while (!ended.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - startNs > (isClosing ? CLOSE_TIMEOUT_NS : TIMEOUT_NS)) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
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
