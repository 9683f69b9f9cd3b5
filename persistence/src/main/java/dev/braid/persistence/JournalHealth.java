package dev.braid.persistence;

import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * State of a journal: whether it can go on. Any thread that finds out that it cannot reports it here, and all others see it. The
 * first failure counts. For any thread.
 */
final class JournalHealth {
    private record Failure(Throwable cause, boolean isOrderly) {}

    private final Path dir;
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private volatile boolean isTold;
    /** Threads that may be asleep. */
    private final Queue<Thread> noticing = new ConcurrentLinkedQueue<>();

    JournalHealth(Path dir) {
        this.dir = dir;
    }

    /** Unparks this thread when the journal cannot go on. */
    void isNoticedBy(Thread thread) {
        noticing.add(thread);
    }

    /** Stops the journal in good order: nothing more can be written, but what was written is good and can be sealed. */
    void stop(Throwable cause) {
        failure.compareAndSet(null, new Failure(cause, true));
        noticing.forEach(LockSupport::unpark);
    }

    /** Stops as {@link #stop} does, when the caller also rethrows the failure. */
    void stopAndTell(Throwable cause) {
        stop(cause);
        isTold = true;
    }

    /** Stops the journal when it is not known what became of something written: nothing more is acknowledged, sealed or retried. */
    void fail(Throwable cause) {
        Failure before = failure.get();
        if (before == null || before.isOrderly()) {
            failure.compareAndSet(before, new Failure(cause, false));
            noticing.forEach(LockSupport::unpark);
        }
    }

    /** Why it cannot go on, {@code null} if it can. */
    Throwable cause() {
        Failure present = failure.get();
        return present == null ? null : present.cause();
    }

    boolean isGood() {
        return failure.get() == null;
    }

    /** Tells whether what was written is known to be good. */
    boolean isOrderly() {
        Failure present = failure.get();
        return present == null || present.isOrderly();
    }

    /** Throws unless it can go on. */
    void check() {
        Failure present = failure.get();
        if (present != null) {
            isTold = true;
            throw new JournalException(
                    "journal " + dir + " takes nothing more: " + messageOf(present.cause()), present.cause());
        }
    }

    /** Throws unless it could go on to the end, or somebody was told. */
    void checkTold() {
        if (!isTold) {
            check();
        }
    }

    private static String messageOf(Throwable cause) {
        return cause instanceof JournalException ? cause.getMessage() : cause.toString();
    }
}
