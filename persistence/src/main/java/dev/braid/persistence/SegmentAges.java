package dev.braid.persistence;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How old the segments of a journal are, as far as the times of their frames tell: see {@link FrameTimes}.
 * <pre>
 *  times have come, and rise       as old as the newest frame
 *  times fall                      as old as the newest frame so far: it was written after that one
 *  times have not come yet         as old as the first frame of the next segment, for it was written before that one
 * </pre>
 */
final class SegmentAges {
    /** Time if it is not known. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final int MAX_NOTES = 100;

    private final Path dir;
    private final List<SealedSegment> segments;
    private final FrameTimes times;

    /** @param segments segments of the journal, from the first on. */
    SegmentAges(Path dir, List<SealedSegment> segments, FrameTimes times) {
        this.dir = dir;
        this.segments = segments;
        this.times = times;
    }

    /** Returns the time after which nothing was written to a segment; {@link #UNKNOWN} if it is not known. */
    long writtenUntil(int index) {
        long until = Long.MIN_VALUE;
        for (SealedSegment segment : segments.subList(0, index + 1)) {
            until = Math.max(until, latestThatHasCome(segment));
        }
        if (!times.isAhead(segments.get(index))) {
            return until;
        }
        SealedSegment next = nextThatTells(index);
        return next == null ? UNKNOWN : Math.max(until, next.times().createdNs());
    }

    private long latestThatHasCome(SealedSegment segment) {
        if (!times.isAhead(segment)) {
            return segment.times().highestNs();
        }
        return times.hasCome(segment.times().createdNs()) ? segment.times().createdNs() : Long.MIN_VALUE;
    }

    /** Returns the next segment whose first frame has a time in the past; {@code null} if there is none. */
    private SealedSegment nextThatTells(int index) {
        for (SealedSegment segment : segments.subList(index + 1, segments.size())) {
            if (times.hasCome(segment.times().createdNs())) {
                return segment;
            }
        }
        return null;
    }

    /** Explains how the first segments were judged if their times cannot be taken as they are. */
    List<String> notes(int count) {
        List<String> notes = new ArrayList<>();
        long latestNs = Long.MIN_VALUE;
        for (int i = 0; i < Math.min(count + 1, segments.size()) && notes.size() < MAX_NOTES; i++) {
            SealedSegment segment = segments.get(i);
            if (times.isAhead(segment)) {
                notes.add(noteAhead(i));
            } else if (segment.times().lowestNs() < latestNs) {
                notes.add(name(segment) + ": the clock was set back by "
                        + FrameTimes.describeSpan(latestNs - segment.times().lowestNs())
                        + "; it counts as written no earlier than those before it, at "
                        + FrameTimes.describe(writtenUntil(i)));
            }
            latestNs = Math.max(latestNs, latestThatHasCome(segment));
        }
        return List.copyOf(notes);
    }

    private String noteAhead(int index) {
        SealedSegment segment = segments.get(index);
        SealedSegment next = nextThatTells(index);
        String ahead = name(segment) + ": its times, up to "
                + FrameTimes.describe(segment.times().highestNs()) + ", have not come yet; the clock was ahead";
        if (next == null) {
            return ahead + ", and no sealed segment after it tells how old it is: it stays";
        }
        return ahead + " by about "
                + FrameTimes.describeSpan(
                        segment.times().highestNs() - next.times().createdNs())
                + "; it is judged by " + name(next) + ", which was begun after it, at "
                + FrameTimes.describe(next.times().createdNs());
    }

    private String name(SealedSegment segment) {
        return JournalFolder.segment(dir, segment.number()).name();
    }
}
