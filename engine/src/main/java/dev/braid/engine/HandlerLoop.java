package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import org.agrona.concurrent.NanoClock;

/** Calls handlers for runs of records, in order, and follows the error policy. For the thread that runs the handlers. */
final class HandlerLoop<E> {
    /**
     * A record that takes this long is slow, and publishing each one costs next to nothing. For fast records it would cost a tenth
     * of the time.
     */
    private static final long SLOW_NS = 10_000;

    private final CellPool<E> pool;
    private final NanoClock clock;
    /** Receives records at once when they have their outcome, while they are in the cache; {@code null} on workers' threads. */
    private final InFlight<E> inFlight;

    private final HandlerCall call;

    private int handledBeforeFailure;
    private long begunNs;
    private long endedNs;

    HandlerLoop(CellPool<E> pool, NanoClock clock, InFlight<E> inFlight, HandlerCall call) {
        this.pool = pool;
        this.clock = clock;
        this.inFlight = inFlight;
        this.call = call;
    }

    /**
     * Has a run of records handled. Ends early if the sub-stream is to be retried later; the sub-stream is then suspended.
     *
     * @param first    the first record's cell.
     * @param count    the number of records.
     * @param depth    the number of records including those behind the run.
     * @param measures whether to measure the first record.
     * @return the number of records that have their outcome.
     * @throws EngineHaltedException if the engine has to stop; also because the merge handler threw.
     */
    int run(SubStream<E> subStream, int first, int count, int depth, boolean measures) {
        subStream.beginRun(first);
        handledBeforeFailure = 0;
        call.beginRun(subStream.id, pool.get(first).sequence);
        try {
            return runCalls(subStream, count, depth, measures);
        } finally {
            call.endRun();
        }
    }

    private int runCalls(SubStream<E> subStream, int count, int depth, boolean measures) {
        try {
            subStream.handler.onBatchStart(count, depth);
        } catch (Throwable t) {
            throw new EngineHaltedException("onBatchStart of " + name(subStream) + " threw: " + t, t);
        }
        if (!measures) {
            return handle(subStream, 0, count, count, false);
        }
        begunNs = clock.nanoTime();
        int done = handle(subStream, 0, 1, count, false);
        endedNs = clock.nanoTime();
        return done == 0 ? 0 : handle(subStream, 1, count, count, endedNs - begunNs >= SLOW_NS);
    }

    /**
     * Handles records of a run of {@code count}, {@code from} inclusive, {@code to} exclusive. Publishes each of them if {@code
     * isSlow}.
     */
    private int handle(SubStream<E> subStream, int from, int to, int count, boolean isSlow) {
        EventHandler<? super E> handler = subStream.handler;
        GroupState<E> group = subStream.group;
        int at = subStream.head();
        int done = from;
        while (done < to) {
            Cell cell = pool.get(at);
            E record = pool.record(at);
            if (isSlow) {
                call.begin(cell.sequence);
            }
            try {
                handler.onEvent(record, cell.sequence, done == count - 1);
            } catch (Throwable t) {
                handledBeforeFailure = done;
                if (isToBeTriedAgain(subStream, t, done > 0)) {
                    break;
                }
                checkGoesOn(subStream, cell, t);
                cell.fail(t);
            }
            at = cell.next;
            done++;
            if (inFlight != null) {
                inFlight.completeOfBatch(cell, record, group);
            }
        }
        if (done == count) {
            subStream.clearAttempts();
        }
        subStream.endRun(at);
        return done;
    }

    /** Returns how many records of the last run have their outcome, if the run ended with an exception. */
    int handledBeforeFailure() {
        return handledBeforeFailure;
    }

    /** Returns when the measured record was begun. */
    long begunNs() {
        return begunNs;
    }

    /** Returns when the measured record was done. */
    long endedNs() {
        return endedNs;
    }

    private boolean isToBeTriedAgain(SubStream<E> subStream, Throwable t, boolean isBehindOthers) {
        if (isBehindOthers) {
            subStream.clearAttempts(); // They were counted for another record.
        }
        if (t instanceof Error
                || t instanceof InterruptedException
                || subStream.attempts() >= subStream.group.errorPolicy.retries) {
            return false;
        }
        subStream.suspend();
        return true;
    }

    private void checkGoesOn(SubStream<E> subStream, Cell cell, Throwable t) {
        if (t instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (subStream.group.errorPolicy.halts || t instanceof Error || t instanceof InterruptedException) {
            String tries = subStream.attempts() == 0 ? "" : ", tried again " + subStream.attempts() + " times";
            throw new EngineHaltedException(
                    "the handler of " + name(subStream) + " threw at sequence " + cell.sequence + tries + ": " + t, t);
        }
        subStream.clearAttempts();
    }

    private String name(SubStream<E> subStream) {
        return "sub-stream " + subStream.id + " (group '" + subStream.group.name + "')";
    }
}
