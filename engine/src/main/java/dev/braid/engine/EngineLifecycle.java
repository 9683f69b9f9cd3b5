package dev.braid.engine;

import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.agrona.ErrorHandler;

/**
 * Whether the engine accepts records, and what became of those that were published while it stopped doing so. Shared by
 * publishers, the engine's threads and whoever closes the engine.
 * <p>
 * The question that matters is whether a record that was published while another thread called {@code close()} counts as
 * accepted. The answer is one number, the last sequence that is accepted. The engine's thread takes no record above it, so
 * that none is both refused and handled. It is known in three steps:
 * <ol>
 *   <li>The closing thread forbids publishing, and then reads the ring's cursor: what was published or claimed by then is accepted.
 *       A publisher first moves the cursor and then looks whether publishing is still allowed. With a full fence between the two
 *       steps on either side, at least one of the two sees the other: either the cursor that was read includes the record, or its
 *       publisher learns that the engine closes.</li>
 *   <li>Until the engine is drained, the number grows. Callbacks of the engine may go on publishing: what a handler publishes is a part of
 *       the work on a record that was accepted. Whoever has published and learns that the engine closes raises the number to its
 *       own record, and with it accepts all before that. So it is with a publisher on another thread that was allowed to claim
 *       just before the engine closed; each such thread can do that once, for its next claim is refused.</li>
 *   <li>The engine's thread, when all up to the number is taken and nothing is in flight, seals it. A record above is refused to its
 *       publisher. No callback can be under way on behalf of a record then: a record is in flight until its handler, and the
 *       merge handler for its result, have returned, and they publish before that. So whatever they published has raised the
 *       number before the engine's thread looks at it, and the seal fails.</li>
 * </ol>
 * Handlers that always publish keep the engine from ending, until the close timeout halts it.
 */
final class EngineLifecycle {
    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;
    private static final int HALTED = 3;
    /** Open for records of earlier runs only. A state of its own, so that publishers look at nothing but the state. */
    private static final int FEEDING = 4;
    /** Built and not yet started: nobody may publish. */
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
    /** The number of records to be fed before others are published. */
    private final long toFeed;
    /** Whether the calling thread is inside a callback of the engine. */
    private final BooleanSupplier inCallback;

    /** Whether callbacks may publish while the engine closes. */
    private boolean drains;

    private boolean sealed;
    private long cursorAtClose = UNKNOWN;
    /** Wakes the engine's threads. */
    private Runnable waker = () -> {};

    /**
     * @param errorHandler which throws nothing.
     * @param toFeed       the number of records to be fed before others are published.
     * @param inCallback   whether the calling thread is inside a callback of the engine.
     */
    EngineLifecycle(ErrorHandler errorHandler, long toFeed, BooleanSupplier inCallback) {
        this.errorHandler = errorHandler;
        this.toFeed = toFeed;
        this.inCallback = inCallback;
    }

    /**
     * Starts the engine: from now on there are publishers.
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

    /** Returns whether the engine was started, or was closed without ever being started. */
    boolean isStarted() {
        return state != BUILT;
    }

    /** Sets what wakes the engine's threads when the engine is closed or halts. To be called before the start. */
    void wakes(Runnable waker) {
        this.waker = waker;
    }

    /** @throws IllegalStateException if the engine is closed, or has halted. */
    void checkOpen() {
        if (!isOpen(state)) {
            throwHalted();
            throw new EngineClosedException("the engine is closed: nothing more can be published");
        }
    }

    /**
     * Checks that the engine runs; a closing engine still does.
     *
     * @param refused what is refused otherwise, for the message.
     * @throws IllegalStateException if the engine is closed, or has halted.
     */
    void checkRunning(String refused) {
        if (state() != EngineState.RUNNING) {
            throwHalted();
            throw new EngineClosedException("the engine is closed: " + refused);
        }
    }

    /**
     * Checks whether records may be claimed.
     *
     * @param feeds whether the record is one of an earlier run.
     * @return whether records may be claimed; {@code false} before the engine is started.
     * @throws IllegalStateException if publishing is not allowed yet, or not any more.
     */
    boolean mayPublish(boolean feeds) {
        return state == OPEN || mayPublishUnlessOpen(feeds);
    }

    private boolean mayPublishUnlessOpen(boolean feeds) {
        if (state == BUILT) {
            return false;
        }
        if (state == CLOSING && inCallback.getAsBoolean() && isDraining()) {
            return true;
        }
        checkOpen();
        if (!feeds && state == FEEDING) {
            throw new IllegalStateException(toFeed + " records that earlier runs accepted must be fed to the engine"
                    + " before anything is published: call the input journal's feed() first");
        }
        return true;
    }

    private static boolean isOpen(int state) {
        return state == OPEN || state == FEEDING || state == BUILT;
    }

    /** Returns whether records of earlier runs are still to come, and others may not be published. */
    boolean isFeeding() {
        return state == FEEDING;
    }

    /** Ends the feed: from now on everybody may publish. */
    synchronized void completeFeed() {
        checkOpen();
        state = OPEN;
    }

    private synchronized boolean isDraining() {
        return drains && !sealed;
    }

    /**
     * Checks that published records are accepted. To be called after they were published, and after a full fence.
     *
     * @param high the last sequence of those published.
     * @throws IllegalStateException if they are not accepted.
     */
    void checkAccepted(long high) {
        if (state != OPEN && state != FEEDING) {
            throwHalted();
            while (acceptedThrough == UNKNOWN) {
                throwHalted();
                Thread.onSpinWait();
            }
            if (!raise(high)) {
                throw new EngineClosedException("the engine was closed before these records were published");
            }
        }
    }

    /** Accepts all records up to a sequence while the engine is closing, unless the engine is sealed below it. */
    private synchronized boolean raise(long high) {
        if (high <= acceptedThrough) {
            return true;
        }
        if (sealed) {
            return false;
        }
        acceptedThrough = high;
        waker.run(); // The record's own wake-up came before it could be taken.
        return true;
    }

    /**
     * Seals the engine if it can be: the third step of closing. Called when nothing is in flight.
     *
     * @param consumed the last sequence that was taken.
     * @return whether no more records will be accepted, and all accepted ones are taken.
     */
    boolean seal(long consumed) {
        return acceptedThrough != UNKNOWN && consumed >= acceptedThrough && sealIfAllIs(consumed);
    }

    private synchronized boolean sealIfAllIs(long consumed) {
        sealed |= consumed >= acceptedThrough;
        return sealed;
    }

    /** Begins to close, unless the engine was closed or has halted before. Records published so far are accepted. */
    void beginClose(IngestRing<?> ring) {
        if (forbid()) {
            accept(ring.cursor());
        }
    }

    /** Forbids publishing: the first step of closing. */
    synchronized boolean forbid() {
        if (!isOpen(state)) {
            return false;
        }
        drains = state == OPEN; // Records to be fed would lose their places to records that handlers publish.
        state = CLOSING;
        VarHandle.fullFence();
        return true;
    }

    /** Takes the ring's cursor as what is accepted: the second step of closing. */
    synchronized void accept(long cursor) {
        cursorAtClose = cursor;
        acceptedThrough = cursor;
        waker.run();
    }

    /** Returns how many records were accepted since the engine began to close. */
    synchronized long acceptedSinceClose() {
        return acceptedThrough - cursorAtClose;
    }

    /**
     * Returns the last sequence that may be taken so far. To be read after the ring's cursor. Between the two steps of
     * {@link #beginClose} it is unknown, and nothing may be taken.
     */
    long takeThrough() {
        if (isOpen(state)) {
            return Long.MAX_VALUE;
        }
        return acceptedThrough; // UNKNOWN is less than any sequence.
    }

    /** Returns the last sequence to be taken before the engine may end; unlimited while the engine is open. */
    long acceptedThrough() {
        long limit = acceptedThrough;
        return limit == UNKNOWN ? Long.MAX_VALUE : limit;
    }

    synchronized void closed() {
        if (state != HALTED) {
            state = CLOSED;
        }
    }

    /** Stops the engine and reports why. Only the first failure counts, and none counts after an orderly end. */
    void halt(EngineHaltedException cause) {
        synchronized (this) {
            if (state == HALTED || state == CLOSED) {
                return;
            }
            failure = cause;
            state = HALTED;
        }
        waker.run();
        errorHandler.onError(cause);
    }

    /** Runs a callback at the engine's end. Its exceptions are reported, and do not prevent an orderly shutdown. */
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
