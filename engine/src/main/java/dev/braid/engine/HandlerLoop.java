package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import org.agrona.concurrent.NanoClock;

/** Has runs of records handled, in order, and follows the error policy. For the thread that runs the handlers. */
final class HandlerLoop<E> {
    /** A record that takes as long is slow: then it costs nothing to tell of each. Else telling would cost a tenth of all. */
    private static final long SLOW_NS = 10_000;

    private final CellPool<E> pool;
    private final NanoClock clock;
    /** Where records that have their outcome go at once, while they are in the cache; {@code null} on workers' threads. */
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
     * Has a run of records handled. Ends early where the sub-stream is to be tried again later: then it is suspended.
     *
     * @param first    the first record's cell.
     * @param count    how many there are.
     * @param depth    how many there are with those behind.
     * @param measures whether to measure the first one.
     * @return how many have their outcome.
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

    /** From one record to before another, of a run of so many; {@code isSlow} tells those who watch of each. */
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
                cell.cause = t;
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

    /** How many records of the last run have their outcome, if it ended with an exception. */
    int handledBeforeFailure() {
        return handledBeforeFailure;
    }

    /** When the measured record was begun. */
    long begunNs() {
        return begunNs;
    }

    /** When the measured record was done. */
    long endedNs() {
        return endedNs;
    }

    private boolean isToBeTriedAgain(SubStream<E> subStream, Throwable t, boolean isBehindOthers) {
        if (isBehindOthers) {
            subStream.clearAttempts(); // They were another record's.
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
