package dev.braid.persistence;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Results that were written and are yet to be forced: a ring of (sequence, sub-stream and outcome), 16 bytes each, so that
 * memory is bounded. Where it is full, the thread that writes waits for the one that forces.
 * <p>
 * <b>Threads:</b> one adds, another takes.
 */
final class WrittenResults {
    static final int CAPACITY = 1 << 16;

    static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int OUTCOME_BITS = 8;
    private static final int OUTCOME_MASK = (1 << OUTCOME_BITS) - 1;

    private final JournalHealth health;
    private final long[] sequences;
    private final long[] rest;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();

    /** For the thread that adds: no result before this one is in the ring. */
    private long headSeen;

    private final BooleanSupplier hasRoom = this::hasRoom; // Made once: to wait leaves no garbage.
    private Runnable wake;

    /**
     * @param capacity a power of two.
     * @param health   says when nothing more will be forced.
     */
    WrittenResults(int capacity, JournalHealth health) {
        this.health = health;
        this.sequences = new long[capacity];
        this.rest = new long[capacity];
        this.mask = capacity - 1;
    }

    /**
     * Adds the results of a frame that was written.
     *
     * @param wake has the other thread take some.
     * @throws JournalException if there is no room, and there will not be, because the journal failed.
     */
    void add(FrameDecoder frame, Runnable wake) {
        long next = tail.get();
        frame.rewind();
        while (frame.nextResult()) {
            if (next - headSeen == sequences.length) {
                tail.lazySet(next);
                this.wake = wake;
                Uninterrupted.await(hasRoom, PAUSE_NS);
            }
            int slot = (int) next & mask;
            sequences[slot] = frame.sequence();
            rest[slot] =
                    (long) frame.subStream() << OUTCOME_BITS | frame.outcome().code();
            next++;
        }
        tail.lazySet(next);
    }

    private boolean hasRoom() {
        headSeen = head.get();
        if (tail.get() - headSeen < sequences.length) {
            return true;
        }
        if (!health.isOrderly()) {
            health.check();
        }
        wake.run();
        return false;
    }

    /** Returns how many were added so far; each of them is in a frame that was written. */
    long added() {
        return tail.get();
    }

    /** Returns how many were taken so far. */
    long taken() {
        return head.get();
    }

    long sequence(long index) {
        return sequences[(int) index & mask];
    }

    int subStream(long index) {
        return (int) (rest[(int) index & mask] >> OUTCOME_BITS);
    }

    int outcomeCode(long index) {
        return (int) rest[(int) index & mask] & OUTCOME_MASK;
    }

    /** Declares all up to this one as taken. */
    void take(long count) {
        head.lazySet(count);
    }
}
