package dev.braid.engine;

import com.lmax.disruptor.Sequence;

/**
 * Threads that wait for a record to be merged, and the conductor, which answers them.
 * <p>
 * Only the conductor knows which records are in flight, and publishing that would cost every record. A waiting thread therefore
 * writes the sequence down in one of 64 places. After every batch the conductor checks whether it is still in flight; if nobody
 * waits, it reads one word that does not change. The answer is exact however results overtake each other, within a group and across
 * groups. If more than 64 threads wait at a time, the others retry until a place is free.
 * <p>
 * Threads wait here as publishers wait for room, see {@link BackPressure}. The conductor unparks them.
 */
final class MergeWaits {
    private static final int PLACES = Long.SIZE;
    private static final int NONE = -1;

    private final MergeWait[] places = new MergeWait[PLACES];
    /** A bit for each place that is taken. */
    private final Sequence taken = new Sequence(0);

    /**
     * The conductor's low watermark: every sequence at or below it is merged. It makes waiting for an idle conductor unnecessary.
     */
    private final Sequence settledThrough;

    private final EngineLifecycle lifecycle;
    private final WakeUp conductor;

    MergeWaits(long firstSequence, EngineLifecycle lifecycle, WakeUp conductor) {
        this.settledThrough = new Sequence(firstSequence - 1);
        this.lifecycle = lifecycle;
        this.conductor = conductor;
        for (int i = 0; i < PLACES; i++) {
            places[i] = new MergeWait();
        }
    }

    // For any thread.

    /**
     * Waits until a record is merged.
     *
     * @param backPressure is called while waiting.
     * @return whether it was merged within the time.
     * @throws IllegalStateException if it will not be merged.
     */
    boolean await(long sequence, long timeoutNs, BackPressure backPressure) {
        long startNs = System.nanoTime();
        int place = NONE;
        int attempt = 0;
        try {
            while (!isMerged(sequence, place)) {
                if (System.nanoTime() - startNs >= timeoutNs) {
                    return false;
                }
                if (place == NONE) {
                    place = take(sequence);
                }
                backPressure.await(attempt);
                attempt = attempt + 1 & Integer.MAX_VALUE;
            }
            return true;
        } finally {
            if (place != NONE) {
                leave(place);
            }
        }
    }

    private boolean isMerged(long sequence, int place) {
        EngineState state =
                lifecycle.state(); // Read before the settled sequence, which is final once the engine has ended.
        if (sequence <= settledThrough.get() || place != NONE && places[place].isMerged()) {
            return true;
        }
        lifecycle.throwHalted();
        if (state == EngineState.CLOSED) {
            throw new EngineClosedException("the engine is closed, and sequence " + sequence + " was not accepted");
        }
        return false;
    }

    private int take(long sequence) {
        for (int place = 0; place < PLACES; place++) {
            if (places[place].take(sequence)) {
                mark(place, true);
                conductor.wake(); // The record may be merged already, and no batch may end for long.
                return place;
            }
        }
        return NONE;
    }

    private void leave(int place) {
        mark(place, false);
        places[place].leave();
    }

    private void mark(int place, boolean isTaken) {
        long bit = 1L << place;
        long now;
        do {
            now = taken.get();
        } while (!taken.compareAndSet(now, isTaken ? now | bit : now & ~bit));
    }

    // For the conductor.

    /** Answers the threads whose record is merged. */
    void answer(InFlight<?> inFlight) {
        long settled = inFlight.settledThrough();
        if (settled > settledThrough.get()) {
            settledThrough.set(settled);
        }
        long left = taken.get();
        while (left != 0) {
            MergeWait place = places[Long.numberOfTrailingZeros(left)];
            long sequence = place.awaited();
            if (sequence >= 0 && inFlight.isMerged(sequence, place)) {
                place.merged(sequence);
            }
            left &= left - 1;
        }
    }
}
