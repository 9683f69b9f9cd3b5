package dev.braid.engine;

import com.lmax.disruptor.EventHandler;

/** Has runs of records handled, in order, and follows the error policy. For the thread that runs the handlers. */
final class HandlerLoop<E> {
    private final CellPool<E> pool;
    private final SubStream<E>[] subStreams;
    private final ErrorPolicy policy;
    /** Where records that have their outcome go at once, while they are in the cache; {@code null} on workers' threads. */
    private final InFlight<E> inFlight;

    HandlerLoop(CellPool<E> pool, Layout<E> layout, ErrorPolicy policy, InFlight<E> inFlight) {
        this.pool = pool;
        this.subStreams = layout.subStreams;
        this.policy = policy;
        this.inFlight = inFlight;
    }

    /**
     * Has a run handled. Ends early where the sub-stream is to be tried again later, which is suspended then; a run of a
     * suspended sub-stream is not even begun.
     *
     * @throws EngineHaltedException if the engine has to stop; also because the merge handler threw.
     */
    void run(Batch batch, int run) {
        SubStream<E> subStream = subStreams[batch.subStreams[run]];
        if (subStream.suspended) {
            return;
        }
        int first = batch.firsts[run];
        if (first == Cell.NONE) {
            first = subStream.head;
            batch.firsts[run] = first;
        }
        int count = batch.counts[run];
        EventHandler<? super E> handler = subStream.handler;
        try {
            handler.onBatchStart(count, batch.depths[run]);
        } catch (Throwable t) {
            throw new EngineHaltedException("onBatchStart of " + name(subStream) + " threw: " + t, t);
        }
        int at = first;
        int done = 0;
        try {
            while (done < count) {
                Cell<E> cell = pool.get(at);
                try {
                    handler.onEvent(cell.record, cell.sequence, done == count - 1);
                } catch (Throwable t) {
                    if (isToBeTriedAgain(subStream, t, done > 0)) {
                        return;
                    }
                    checkGoesOn(subStream, cell, t);
                    cell.cause = t;
                }
                at = cell.next;
                done++;
                if (inFlight != null) {
                    inFlight.complete(cell);
                }
            }
            subStream.attempts = 0;
        } finally {
            subStream.head = at;
            batch.handled[run] = done;
        }
    }

    private boolean isToBeTriedAgain(SubStream<E> subStream, Throwable t, boolean isBehindOthers) {
        if (isBehindOthers) {
            subStream.attempts = 0; // They were another record's.
        }
        if (t instanceof Error || t instanceof InterruptedException || subStream.attempts >= policy.retries) {
            return false;
        }
        subStream.attempts++;
        subStream.suspended = true;
        return true;
    }

    private void checkGoesOn(SubStream<E> subStream, Cell<E> cell, Throwable t) {
        if (t instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (policy.halts || t instanceof Error || t instanceof InterruptedException) {
            String tries = subStream.attempts == 0 ? "" : ", tried again " + subStream.attempts + " times";
            throw new EngineHaltedException(
                    "the handler of " + name(subStream) + " threw at sequence " + cell.sequence + tries + ": " + t, t);
        }
        subStream.attempts = 0;
    }

    private String name(SubStream<E> subStream) {
        return "sub-stream " + subStream.id + " (group '" + subStream.group.name + "')";
    }
}
