package dev.braid.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread's wait for a record to be merged: a reused place of {@link MergeWaits}. */
final class MergeWait {
    /** Stands for no awaited sequence; sequences are not negative. */
    private static final long FREE = -1;

    private static final long MERGED = -2;

    /** Value of {@link #handedOver}. */
    static final long NOT_HANDED_OVER = -1;

    private final AtomicLong awaited = new AtomicLong(FREE);
    private volatile Thread waiter;

    // The conductor's, about the sequence that it looked for last:
    long looked = FREE;
    /** The sequence's block in the {@link SequenceWindow}. */
    int block;
    /** Number of results that had been handed to the merge thread when the sequence left the window. */
    long handedOver;

    /** Takes the place if it is free. For any thread. */
    boolean take(long sequence) {
        if (awaited.get() != FREE || !awaited.compareAndSet(FREE, sequence)) {
            return false;
        }
        waiter = Thread.currentThread();
        return true;
    }

    /** Returns whether the awaited record is merged. For the thread that has the place. */
    boolean isMerged() {
        return awaited.get() == MERGED;
    }

    /** Frees the place. For the thread that has it. */
    void leave() {
        waiter = null;
        awaited.set(FREE);
    }

    /** Returns the awaited sequence, or a negative number if none is. For the conductor. */
    long awaited() {
        return awaited.get();
    }

    /** Notes that a sequence is merged, unless another thread waits here for another sequence by now. For the conductor. */
    void merged(long sequence) {
        if (awaited.compareAndSet(sequence, MERGED)) {
            LockSupport.unpark(waiter);
        }
    }
}
