package dev.braid.engine;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Hand-over of batches between the conductor and workers.
 * <pre>
 *  conductor ──▶ reserve ──▶ whichever worker is free, the batch that is due first
 *      ▲                                                   │
 *      └──────────────────────── done ◀────────────────────┘
 * </pre>
 * The reserve has a slot for each worker, so that no worker needs to wait for the conductor. No slot belongs to a worker: nothing
 * waits behind a handler that blocks, and the conductor may withdraw and replace any batch that nobody has begun. One atomic
 * exchange decides whether a worker or the conductor gets the batch in a slot.
 */
final class Exchange {
    static final int NONE = -1;

    private final EngineThread[] threads;
    private final AtomicReferenceArray<Batch> reserve;
    private final ManyToOneConcurrentArrayQueue<Batch> done;

    /**
     * @param threads the conductor's, the workers', and the merge's.
     * @param batches the number of batches in the engine.
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

    /** Returns the batch in a slot, or {@code null}. */
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

    /** Wakes one sleeping worker after a batch was laid out. One is enough, since a worker that is awake looks before it sleeps. */
    private void wakeOneWorker() {
        VarHandle.fullFence();
        for (int i = 1; i < threads.length - 1; i++) {
            if (threads[i].sleeper().wakeUp().wakeAfterFence()) {
                return;
            }
        }
    }

    /** Takes the batch in a slot, or returns {@code null} if there is none. */
    Batch take(int slot) {
        return reserve.getAndSet(slot, null);
    }

    /** Returns a batch that was given back, or {@code null}. */
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
     * Wakes another worker if the reserve is not empty. Called by a worker that was about to sleep and took a batch: it may have
     * been woken for a different one.
     */
    void passOn() {
        if (first() != NONE) {
            wakeOneWorker();
        }
    }

    /** Tells the conductor that a worker has begun a batch, so that it lays out others and what goes on with this one. */
    void begun() {
        threads[0].wake();
    }

    /** Tells the conductor that a worker has ended, which the conductor may be waiting for. */
    void ended() {
        threads[0].wake();
    }

    /**
     * Lays a batch out in exchange for one that is due earlier.
     *
     * @return the batch to handle: the earlier one, or the given one if none is due earlier, or {@code null} if other workers took
     *         both.
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

    /** Returns the slot of the batch that is due first, and of equals was laid out first, or {@link #NONE}. */
    private int first() {
        int first = NONE;
        long least = 0;
        long leastNumber = 0;
        for (int slot = 0; slot < reserve.length(); slot++) {
            Batch batch = reserve.get(slot);
            if (batch != null) {
                long due = batch.due; // If the batch was taken meanwhile, this is the due time of its next use.
                long number = batch.number;
                if (first == NONE || Batch.isDueBefore(due, least) || due == least && number < leastNumber) {
                    first = slot;
                    least = due;
                    leastNumber = number;
                }
            }
        }
        return first;
    }
}
