package dev.braid.persistence;

import org.agrona.concurrent.NanoClock;

/** When a frame is due for a reader that keeps the pace at which frames were written, or a multiple of it. */
final class ReadPace {
    private final double multiple;
    private final NanoClock clock;
    private boolean hasBegun;
    private long beganNs;
    private long firstTimeNs;

    /** @param multiple how many times faster; 0 for all at once. */
    ReadPace(double multiple, NanoClock clock) {
        this.multiple = multiple;
        this.clock = clock;
    }

    /** Whether it is time for a frame that was written at this time. The first one that is asked for is due. */
    boolean isDue(long timeNs) {
        if (multiple == 0) {
            return true;
        }
        if (!hasBegun) {
            hasBegun = true;
            beganNs = clock.nanoTime();
            firstTimeNs = timeNs;
        }
        return clock.nanoTime() - beganNs >= (timeNs - firstTimeNs) / multiple;
    }
}
