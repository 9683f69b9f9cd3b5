package dev.braid.engine;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Where the conductor lays out batches for workers, and workers give them back.
 * <pre>
 *  conductor ──▶ reserve ──▶ whichever worker is free, the batch that is due first
 *      ▲                                                   │
 *      └──────────────────────── done ◀────────────────────┘
 * </pre>
 * The reserve has a slot for each worker, so that none need wait for the conductor, but none of them belongs to a worker: so
 * nothing waits behind a handler that blocks, and the conductor may take back and replace whatever nobody has begun yet. Who
 * gets the batch in a slot, worker or conductor, is decided by one atomic exchange.
 */
final class Exchange {
    static final int NONE = -1;

    private final EngineThread[] threads;
    private final AtomicReferenceArray<Batch> reserve;
    private final ManyToOneConcurrentArrayQueue<Batch> done;

    /**
     * @param threads the conductor's, the workers', and the merge's.
     * @param batches how many there are.
     */
    Exchange(EngineThread[] threads, int batches) {
        this.threads = threads;
        this.reserve = new AtomicReferenceArray<>(threads.length - 2);
        this.done = new ManyToOneConcurrentArrayQueue<>(batches);
    }

    int slots() {
        return reserve.length();
    }

    // The conductor's side.

    /** What lies in a slot, or {@code null}. */
    Batch peek(int slot) {
        return reserve.get(slot);
    }

    /** Lays a batch out. Returns whether the slot was empty. */
    boolean put(int slot, Batch batch) {
        boolean isEmpty = reserve.compareAndSet(slot, null, batch);
        if (isEmpty) {
            wakeOneWorker();
        }
        return isEmpty;
    }

    /** To be called after a batch was laid out: one that sleeps is enough, for a worker that is awake looks before it sleeps. */
    private void wakeOneWorker() {
        VarHandle.fullFence();
        for (int i = 1; i < threads.length - 1; i++) {
            if (threads[i].sleeper().wakeUp().wakeAfterFence()) {
                return;
            }
        }
    }

    /** Takes what lies in a slot, or returns {@code null} if nothing does. */
    Batch take(int slot) {
        return reserve.getAndSet(slot, null);
    }

    /** A batch that was given back, or {@code null}. */
    Batch pollDone() {
        return done.poll();
    }

    // The workers' side.

    /** Gives a batch back that was handled, or will not be. */
    void giveBack(Batch batch) {
        if (!done.offer(batch)) {
            throw new IllegalStateException("no room for a batch of group " + batch.group);
        }
        threads[0].wake();
    }

    /** Takes the batch that is due first, or returns {@code null} if there is none. */
    Batch takeFirst() {
        int slot;
        while ((slot = first()) != NONE) {
            Batch batch = take(slot);
            if (batch != null) {
                return batch;
            }
        }
        return null;
    }

    /**
     * A worker that was about to sleep has taken a batch. It may have been woken for another one, and passes that on.
     */
    void passOn() {
        if (first() != NONE) {
            wakeOneWorker();
        }
    }

    /** A worker has begun a batch: the conductor lays out others, and what goes on with this one. */
    void begun() {
        threads[0].wake();
    }

    /** A worker has ended, which the conductor may be waiting for. */
    void ended() {
        threads[0].wake();
    }

    /**
     * Lays a batch out in exchange for one that is due earlier.
     *
     * @return what is to be handled: the other batch, or the same if none is due earlier, or {@code null} if others took both.
     */
    Batch swapForEarlier(Batch batch) {
        int slot = first();
        Batch first = slot == NONE ? null : reserve.get(slot);
        if (first == null || !Batch.isDueBefore(first.due, batch.due)) {
            return batch;
        }
        Batch earlier = reserve.getAndSet(slot, batch);
        wakeOneWorker();
        return earlier != null ? earlier : takeFirst();
    }

    /** The slot of the batch that is due first, or {@link #NONE}. */
    private int first() {
        int first = NONE;
        long least = 0;
        for (int slot = 0; slot < reserve.length(); slot++) {
            Batch batch = reserve.get(slot);
            if (batch != null) {
                long due = batch.due; // Of what it is used for next, if it was taken meanwhile.
                if (first == NONE || Batch.isDueBefore(due, least)) {
                    first = slot;
                    least = due;
                }
            }
        }
        return first;
    }
}
