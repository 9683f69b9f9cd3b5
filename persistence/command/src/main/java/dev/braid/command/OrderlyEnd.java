package dev.braid.command;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends a command in good order when the JVM is told to end, for example by Ctrl-C: the command is asked to end, and the JVM
 * waits briefly for it. A command that does not react, such as one whose record takes minutes, is cut off, which a journal
 * survives. Only the closing of a journal is waited for.
 */
public final class OrderlyEnd implements AutoCloseable {
    /** Time for an engine to close. */
    public static final long CLOSE_TIMEOUT_S = 60;

    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(CLOSE_TIMEOUT_S + 10);

    /** System property for how long a command has to react, in ms; tests on a busy machine give it more. */
    static final String TIMEOUT_PROPERTY = "braid.end.timeout";

    private static final long TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(Long.getLong(TIMEOUT_PROPERTY, 1_500));
    private static final long LOOK_MS = 20;

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isAsked;
    private volatile boolean isClosing;
    private Thread hook;

    /**
     * Installs the shutdown hook that asks the command to end. To be called once.
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
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) { // The JVM is ending already, and takes no hooks any more.
            isAsked = true;
            request.run();
        }
    }

    /** Whether the command was asked to end. */
    public boolean isAsked() {
        return isAsked;
    }

    /** Marks the beginning or the end of work that the JVM must wait for longer. */
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
