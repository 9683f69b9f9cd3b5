package dev.braid.engine;

import java.lang.invoke.VarHandle;
import org.agrona.ErrorHandler;

/**
 * Whether the engine accepts records, and what became of those that were published while it stopped doing so. Shared by
 * publishers, the engine's thread and whoever closes the engine.
 * <p>
 * The question that matters is whether a record that was published while another thread called {@code close()} counts as
 * accepted. The closing thread first forbids publishing and then reads the ring's cursor; a publisher first moves the
 * cursor and then looks whether publishing is still allowed. With a full fence between the two steps on either side, at
 * least one of the two sees the other: either the cursor that was read includes the record, or its publisher learns that
 * the engine closes and compares the record's sequence with the cursor that was read. The engine's thread takes no record
 * above that cursor, so that none is both refused and handled.
 */
final class Lifecycle {
    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;
    private static final int HALTED = 3;
    /** Open, but only for records of earlier runs: so publishers need look at nothing but the state. */
    private static final int FEEDING = 4;
    /** Built, and not started yet: nobody may publish so far. */
    private static final int BUILT = 5;

    /** By state. A closing engine still runs. */
    private static final EngineState[] STATES = {
        EngineState.RUNNING,
        EngineState.RUNNING,
        EngineState.CLOSED,
        EngineState.HALTED,
        EngineState.RUNNING,
        EngineState.RUNNING
    };

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final ErrorHandler errorHandler;
    private volatile int state = BUILT;
    private volatile long acceptedThrough = UNKNOWN;
    private volatile EngineHaltedException failure;
    /** How many records are to be fed before others are published. */
    private final long toFeed;

    /**
     * @param errorHandler which throws nothing.
     * @param toFeed       how many records are to be fed before others are published.
     */
    Lifecycle(ErrorHandler errorHandler, long toFeed) {
        this.errorHandler = errorHandler;
        this.toFeed = toFeed;
    }

    /**
     * The engine is started: from now on there are publishers.
     *
     * @throws IllegalStateException if the engine was started, closed or halted before.
     */
    synchronized void start() {
        checkOpen();
        if (isStarted()) {
            throw new IllegalStateException("the engine was started before");
        }
        state = toFeed > 0 ? FEEDING : OPEN;
    }

    /** Whether the engine was ever started, or closed without. */
    boolean isStarted() {
        return state != BUILT;
    }

    /** @throws IllegalStateException if the engine is closed, or has halted. */
    void checkOpen() {
        if (!isOpen(state)) {
            throwHalted();
            throw new EngineClosedException("the engine is closed: nothing more can be published");
        }
    }

    /**
     * A closing engine runs, too.
     *
     * @param refused what is refused if it does not, for the message.
     * @throws IllegalStateException if the engine is closed, or has halted.
     */
    void checkRunning(String refused) {
        if (state() != EngineState.RUNNING) {
            throwHalted();
            throw new EngineClosedException("the engine is closed: " + refused);
        }
    }

    /**
     * To be called before anything is claimed.
     *
     * @param feeds whether it is a record of an earlier run.
     * @return whether anything may be claimed; {@code false} before the engine is started.
     * @throws IllegalStateException if publishing is not allowed (yet, or any more).
     */
    boolean mayPublish(boolean feeds) {
        return state == OPEN || mayPublishUnlessOpen(feeds);
    }

    private boolean mayPublishUnlessOpen(boolean feeds) {
        if (state == BUILT) {
            return false;
        }
        checkOpen();
        if (!feeds && state == FEEDING) {
            throw new IllegalStateException(toFeed + " records that earlier runs accepted are to be fed to the engine"
                    + " before anything is published: call the input journal's feed() first");
        }
        return true;
    }

    private static boolean isOpen(int state) {
        return state == OPEN || state == FEEDING || state == BUILT;
    }

    /** Whether records of earlier runs are still to come, and others may not be published. */
    boolean isFeeding() {
        return state == FEEDING;
    }

    /** All is fed: from now on everybody may publish. */
    synchronized void fed() {
        checkOpen();
        state = OPEN;
    }

    /**
     * To be called after records were published and a full fence.
     *
     * @param high the ring's last sequence of those published.
     * @throws IllegalStateException if they are not accepted.
     */
    void checkAccepted(long high) {
        if (state != OPEN && state != FEEDING) {
            throwHalted();
            long limit;
            while ((limit = acceptedThrough) == UNKNOWN) {
                throwHalted();
                Thread.onSpinWait();
            }
            if (high > limit) {
                throw new EngineClosedException("the engine was closed before these records were published");
            }
        }
    }

    /** Begins to close, unless the engine was closed or halted before: what has been published by now is accepted. */
    void beginClose(IngestRing<?> ring) {
        if (forbid()) {
            accept(ring.cursor());
        }
    }

    /** The first step of closing: forbids publishing. */
    synchronized boolean forbid() {
        if (!isOpen(state)) {
            return false;
        }
        state = CLOSING;
        VarHandle.fullFence();
        return true;
    }

    /** The second step of closing: the ring's cursor tells what is accepted. */
    void accept(long cursor) {
        acceptedThrough = cursor;
    }

    /**
     * The ring's last sequence that may be taken off it. To be read after the ring's cursor was. In the moment between
     * the two steps of {@link #beginClose} it is not known yet, and nothing may be taken.
     */
    long takeThrough() {
        if (isOpen(state)) {
            return Long.MAX_VALUE;
        }
        return acceptedThrough; // UNKNOWN is less than any sequence.
    }

    /** The ring's last sequence to be taken before the engine may end; unlimited while the engine is open. */
    long acceptedThrough() {
        long limit = acceptedThrough;
        return limit == UNKNOWN ? Long.MAX_VALUE : limit;
    }

    synchronized void closed() {
        if (state != HALTED) {
            state = CLOSED;
        }
    }

    /** Stops the engine, and reports why. Only the first failure counts, and none counts after an orderly end. */
    void halt(EngineHaltedException cause) {
        synchronized (this) {
            if (state == HALTED || state == CLOSED) {
                return;
            }
            failure = cause;
            state = HALTED;
        }
        errorHandler.onError(cause);
    }

    /** Runs a callback at the engine's end, which nothing that it throws may keep from being orderly. */
    void guard(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable t) {
            errorHandler.onError(t);
        }
    }

    EngineState state() {
        return STATES[state];
    }

    boolean isHalted() {
        return state == HALTED;
    }

    void throwHalted() {
        if (state == HALTED) {
            throw new EngineHaltedException(failure);
        }
    }
}
