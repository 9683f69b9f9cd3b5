package dev.braid.persistence;

import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * The turns of an agent that looks after something every so often while frames are written, and rests while none are.
 * <p>
 * Resting begins when there was no frame from one turn to the next. The agent first says that it rests, and then, after a full
 * fence, looks whether there is a frame after all; who writes first counts the frame, and then, after a full fence, looks
 * whether the agent rests. So one of both sees the other, and no frame stays without a turn.
 */
final class Turns {
    private final LongSupplier frames;
    private final long everyNs;
    private final long restNs;

    private long seen = -1;
    private long lastNs;
    private volatile boolean isResting;

    /**
     * @param frames  number of frames written so far.
     * @param everyNs time between turns while frames are written.
     * @param restNs  the same while none are.
     */
    Turns(LongSupplier frames, long everyNs, long restNs) {
        this.frames = frames;
        this.everyNs = everyNs;
        this.restNs = restNs;
        this.lastNs = System.nanoTime() - everyNs;
    }

    /** Returns whether it is time for a turn, which is to be {@link #end ended} then. */
    boolean begin() {
        long nowNs = System.nanoTime();
        boolean isWoken = isResting && frames.getAsLong() != seen;
        if (!isWoken && nowNs - lastNs < everyNs) {
            return false;
        }
        lastNs = nowNs;
        return true;
    }

    /** @param mayRest whether nothing can happen before the next frame. */
    void end(boolean mayRest) {
        long now = frames.getAsLong();
        boolean isQuiet = now == seen;
        seen = now;
        isResting = mayRest && isQuiet;
        if (isResting) {
            VarHandle.fullFence();
            if (frames.getAsLong() != seen) {
                isResting = false;
            }
        }
    }

    /** Tells whether the next frame is to wake the agent. For any thread. */
    boolean isResting() {
        return isResting;
    }

    /** Returns how long it is until the next turn, unless a frame comes before. */
    long leftNs() {
        return isResting ? restNs : Math.max(0, everyNs - (System.nanoTime() - lastNs));
    }
}
