package dev.braid.persistence;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * What the times of frames are worth: they are what the clocks of the writers said, which may have been wrong and may have
 * been set. A time that has not come yet is of a clock that was ahead, and tells nothing. Other times are taken as they are.
 * Where they fall, either the ones before or the ones after are wrong, and which cannot be told: so that nothing is deleted
 * or passed over that is wanted, frames count as written no earlier than any before them, and the first time counts.
 * <p>
 * Immutable.
 */
final class FrameTimes {
    /** Clocks of several machines differ by so much without being wrong. */
    private static final long TOLERANCE_NS = TimeUnit.HOURS.toNanos(1);

    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    private static final long YEAR_NS = 365 * DAY_NS;

    private final long latestNs;

    /** @param nowNs the present, in nanoseconds since 1970-01-01T00:00Z. */
    FrameTimes(long nowNs) {
        this.latestNs = nowNs + TOLERANCE_NS;
    }

    /** Returns what times are worth in a search from a time: if that has not come yet, nobody can tell which times are wrong. */
    FrameTimes of(long timeNs) {
        return hasCome(timeNs) ? this : new FrameTimes(Long.MAX_VALUE - TOLERANCE_NS);
    }

    boolean hasCome(long timeNs) {
        return timeNs <= latestNs;
    }

    /** Tells whether a frame is at a time or later, by a clock that was not ahead. */
    boolean isFrom(long timeNs, long frameTimeNs) {
        return frameTimeNs >= timeNs && hasCome(frameTimeNs);
    }

    /** Tells whether a segment may have such a frame. */
    boolean mayBeFrom(long timeNs, SealedSegment segment) {
        return segment.times().highestNs() >= timeNs && hasCome(segment.times().lowestNs());
    }

    /** Tells whether some of its times have not come yet. */
    boolean isAhead(SealedSegment segment) {
        return !hasCome(segment.times().highestNs());
    }

    /** Returns a time as text. */
    static String describe(long timeNs) {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NS_PER_S), Math.floorMod(timeNs, NS_PER_S))
                .toString();
    }

    /** Returns a span of time as text, rounded. */
    static String describeSpan(long ns) {
        if (ns >= 2 * YEAR_NS) {
            return ns / YEAR_NS + " years";
        }
        if (ns >= 2 * DAY_NS) {
            return ns / DAY_NS + " days";
        }
        return ns >= 2 * NS_PER_S ? ns / NS_PER_S + " s" : ns + " ns";
    }
}
