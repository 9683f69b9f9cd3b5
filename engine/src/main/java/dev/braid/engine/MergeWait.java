package dev.braid.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread's wait for a record to be merged: a place of {@link MergeWaits}, used again and again. */
final class MergeWait {
    /** In place of the awaited sequence, which is not negative. */
    private static final long FREE = -1;

    private static final long MERGED = -2;

    /** As {@link #handedOver}. */
    static final long NOT_HANDED_OVER = -1;

    private final AtomicLong awaited = new AtomicLong(FREE);
    private volatile Thread waiter;

    // The conductor's, of the sequence that it looked for last:
    long looked = FREE;
    /** The sequence's in the {@link SequenceWindow}. */
    int block;
    /** How many results had been handed to the merge's thread when the sequence had left the window. */
    long handedOver;

    /** For any thread: takes the place, if it is free. */
    boolean take(long sequence) {
        if (awaited.get() != FREE || !awaited.compareAndSet(FREE, sequence)) {
            return false;
        }
        waiter = Thread.currentThread();
        return true;
    }

    /** For the thread that has the place. */
    boolean isMerged() {
        return awaited.get() == MERGED;
    }

    /** For the thread that has the place: gives it up. */
    void leave() {
        waiter = null;
        awaited.set(FREE);
    }

    /** For the conductor: the awaited sequence, or a negative number if none is. */
    long awaited() {
        return awaited.get();
    }

    /** For the conductor. The one who waited may have given up, and another one may wait for another sequence. */
    void merged(long sequence) {
        if (awaited.compareAndSet(sequence, MERGED)) {
            LockSupport.unpark(waiter);
        }
    }
}
