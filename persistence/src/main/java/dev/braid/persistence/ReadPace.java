package dev.braid.persistence;

import org.agrona.concurrent.NanoClock;

/**
 * When a frame is due for a reader that keeps the pace at which frames were written, or a multiple of it. Where the clock
 * that stamped them was set, back or to a time that has not come yet, the frame after is due with the one before.
 */
final class ReadPace {
    private final double multiple;
    private final NanoClock clock;
    private final FrameTimes times;
    private boolean hasBegun;
    private long beganNs;
    /** Time of the last frame that was due, and its distance from the first one, without such leaps. */
    private long lastTimeNs;

    private long elapsedNs;

    /**
     * @param multiple how many times faster; 0 for all at once.
     * @param clock    by which the reader keeps the pace.
     * @param times    what those of frames are worth.
     */
    ReadPace(double multiple, NanoClock clock, FrameTimes times) {
        this.multiple = multiple;
        this.clock = clock;
        this.times = times;
    }

    /** Tells whether a frame of this time is due. The first frame that is asked for is. */
    boolean isDue(long timeNs) {
        if (multiple == 0) {
            return true;
        }
        if (!hasBegun) {
            hasBegun = true;
            beganNs = clock.nanoTime();
            lastTimeNs = timeNs;
        }
        boolean isLeap = timeNs < lastTimeNs || times.hasCome(lastTimeNs) && !times.hasCome(timeNs);
        long dueNs = elapsedNs + (isLeap ? 0 : timeNs - lastTimeNs);
        if (clock.nanoTime() - beganNs < dueNs / multiple) {
            return false;
        }
        elapsedNs = dueNs;
        lastTimeNs = timeNs;
        return true;
    }
}
