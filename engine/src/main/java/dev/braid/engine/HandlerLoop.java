package dev.braid.engine;

import com.lmax.disruptor.EventHandler;

/**
 * Has records of a sub-stream handled, in order, follows the error policy, and merges each record at once, while it is in
 * the cache. For the thread that runs the handlers.
 */
final class HandlerLoop<E> {
    private final CellPool<E> pool;
    private final ErrorPolicy policy;
    private final Merger<E> merger;
    private int next;
    private int handled;

    HandlerLoop(CellPool<E> pool, ErrorPolicy policy, Merger<E> merger) {
        this.pool = pool;
        this.policy = policy;
        this.merger = merger;
    }

    /**
     * Has a run of records handled. Ends early where the sub-stream is to be tried again later: then it is suspended.
     *
     * @param first index of the first record's cell.
     * @param turn  how many records.
     * @param queue how many there are with those behind.
     * @throws EngineHaltedException if the engine has to stop; also because the merge handler threw.
     */
    void run(SubStream<E> subStream, int first, int turn, int queue) {
        EventHandler<? super E> handler = subStream.handler;
        int at = first;
        int done = 0;
        try {
            handler.onBatchStart(turn, queue);
        } catch (Throwable t) {
            throw new EngineHaltedException("onBatchStart of " + name(subStream) + " threw: " + t, t);
        }
        for (int left = turn - 1; left >= 0; left--) {
            Cell<E> cell = pool.get(at);
            try {
                handler.onEvent(cell.record, cell.sequence, left == 0);
            } catch (Throwable t) {
                if (isToBeTriedAgain(subStream, t, done > 0)) {
                    break;
                }
                checkGoesOn(subStream, cell, t);
                cell.cause = t;
            }
            at = cell.next;
            done++;
            merger.complete(cell);
        }
        if (done == turn) {
            subStream.attempts = 0;
        }
        next = at;
        handled = done;
    }

    /** How many records of the last run have their outcome. */
    int handled() {
        return handled;
    }

    /** The cell behind those. */
    int next() {
        return next;
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
