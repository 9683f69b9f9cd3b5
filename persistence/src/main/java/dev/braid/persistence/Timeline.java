package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalFolder.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells whether a journal has a place, or whether that is ahead of it, or of another course of events, as after a loss of
 * power that took results for which others came. Sequences cannot tell: both courses have the same. The chain that every frame
 * carries is a hash of all frames before it, so one frame tells for all. Changes nothing.
 */
final class Timeline {
    private final Path dir;
    private final Manifest manifest;
    private final List<SegmentTail> tails;
    private final boolean isWhole;
    /** Number of its last segment that is not a tail. */
    private final long last;

    private Timeline(Path dir, Manifest manifest, List<SegmentTail> tails, boolean isWhole, long last) {
        this.dir = dir;
        this.manifest = manifest;
        this.tails = tails;
        this.isWhole = isWhole;
        this.last = last;
    }

    /** Returns the timeline of a journal that is only read: what is not sealed counts as far as it is whole. */
    static Timeline of(Path dir, Manifest manifest) {
        return new Timeline(dir, manifest, List.of(), true, manifest.begun());
    }

    /** Returns the timeline of a journal that is to be continued: what its recovery keeps. */
    static Timeline of(JournalRecovery found) {
        return new Timeline(
                found.dir(),
                found.manifest(),
                found.tails(),
                true,
                found.manifest().nextSegment() - 1);
    }

    /** Returns the timeline of a journal that is to be salvaged: all that is good. */
    static Timeline ofDamaged(Path dir, Manifest manifest) {
        return new Timeline(dir, manifest, List.of(), false, manifest.begun());
    }

    Path dir() {
        return dir;
    }

    /** Id of the journal. */
    int journal() {
        return manifest.journal();
    }

    /** Why a place is not one of the journal, {@code null} if it is. */
    String whyNot(FramePlace place) {
        if (place.segment() < manifest.firstSegment()) {
            return "the segment was given up by whose frame it is known to be of this journal, number "
                    + place.segment();
        }
        String ahead = whyAhead(place);
        if (ahead != null) {
            return ahead;
        }
        return isThere(place)
                ? null
                : "it is of another course of events: frame " + (place.frames() - 1) + " of segment " + place.segment()
                        + " is not the one up to which it was taken";
    }

    /** Tells whether a place belongs to another course of events, as far as that can be told. */
    boolean isOther(FramePlace place) {
        return place.segment() >= manifest.firstSegment() && !isAhead(place) && !isThere(place);
    }

    /** Tells whether the journal does not go as far as a place. */
    boolean isAhead(FramePlace place) {
        return place.segment() >= manifest.firstSegment() && whyAhead(place) != null;
    }

    private String whyAhead(FramePlace place) {
        SealedSegment account = account(place.segment());
        if (account != null && place.frames() > account.size().frames()) {
            return ahead(place) + "that segment has " + account.size().frames();
        }
        return account == null && JournalFolder.segment(dir, place.segment()).dataLength() == 0
                ? ahead(place) + "there is no such segment"
                : null;
    }

    /** Returns the account of a segment, {@code null} if it is not sealed and no recovery has found it. */
    private SealedSegment account(long segment) {
        SegmentTail tail = tail(segment);
        return tail != null ? tail.seal() : manifest.sealed(segment);
    }

    private static String ahead(FramePlace place) {
        return "it is ahead of the journal, which lost results that are part of it: it goes up to frame "
                + (place.frames() - 1) + " of segment " + place.segment() + ", but ";
    }

    private SegmentTail tail(long segment) {
        for (SegmentTail tail : tails) {
            if (tail.segment().number() == segment) {
                return tail;
            }
        }
        return null;
    }

    private boolean isThere(FramePlace place) {
        Segment segment = JournalFolder.segment(dir, place.segment());
        SegmentTail tail = tail(place.segment());
        SealedSegment account = account(place.segment());
        boolean isToBeWhole = isWhole && account == null;
        long next = 0;
        try (SegmentReader reader = new SegmentReader(segment, manifest.journal(), account, null, problem -> {})
                .reading(tail == null ? null : tail.file())) {
            if (!isToBeWhole) {
                reader.startAt(FrameSeeker.beforeEnd(segment, manifest.journal(), place.fileOffset()));
            }
            while (reader.next()) {
                FrameDecoder frame = reader.frame();
                if (isToBeWhole && frame.ordinal() != next++) {
                    return false;
                }
                if (frame.ordinal() >= place.frames() - 1) {
                    return isAt(place, frame);
                }
            }
            return false;
        }
    }

    /** Tells whether a place is that before a frame, or after it, in case one of the two frames is damaged. */
    private static boolean isAt(FramePlace place, FrameDecoder frame) {
        if (frame.version() == FrameLayout.FIRST_VERSION || frame.ordinal() > place.frames()) {
            return false;
        }
        long chain = frame.ordinal() == place.frames() ? frame.frameChain() : chainAfter(frame);
        return chain == place.chain();
    }

    /** Returns the chain after a frame; the end of a segment is not part of it. */
    private static long chainAfter(FrameDecoder frame) {
        return frame.type() == FrameLayout.TYPE_END
                ? frame.frameChain()
                : FrameChain.next(frame.frameChain(), frame.crc());
    }

    /**
     * Returns the groups that segments name which an engine wrote, from one number on and below another, in order. Reads the first
     * frames of each segment.
     */
    List<SegmentGroups> groupsFrom(long first, long end) {
        return segments().stream()
                .filter(segment -> segment.number() >= first && segment.number() < end)
                .map(segment -> new SegmentGroups(segment.number(), groups(segment)))
                .filter(named -> !named.groups().isEmpty())
                .toList();
    }

    /** Returns the groups of the newest segment that an engine wrote and that names some; none if none does. */
    List<JournalGroup> newestGroups() {
        List<Segment> segments = segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            List<JournalGroup> groups = groups(segments.get(i));
            if (!groups.isEmpty()) {
                return groups;
            }
        }
        return List.of();
    }

    /** Returns the sealed segments, and of the rest those that recovery keeps; without a recovery, all that were begun. */
    private List<Segment> segments() {
        List<Segment> segments = new ArrayList<>(JournalFolder.segments(dir, manifest.firstSegment(), last));
        tails.forEach(tail -> segments.add(tail.segment()));
        return segments;
    }

    /** A segment to which no engine wrote does not count: whoever began it may have been refused. */
    private List<JournalGroup> groups(Segment segment) {
        try (SegmentReader reader = reader(segment).thorough()) {
            while (reader.next()) {
                if (isOfEngine(reader.frame())) {
                    return reader.groups();
                }
            }
            return List.of();
        }
    }

    /** Returns the groups in the head of a segment, whoever began it; none if it is missing. */
    List<JournalGroup> headGroups(long segment) {
        try (SegmentReader reader = reader(JournalFolder.segment(dir, segment))) {
            return reader.next() ? reader.groups() : List.of();
        }
    }

    private SegmentReader reader(Segment segment) {
        SegmentTail tail = tail(segment.number());
        return new SegmentReader(segment, manifest.journal(), account(segment.number()), null, problem -> {})
                .reading(tail == null ? null : tail.file());
    }

    /**
     * Tells whether an engine wrote a frame. Sequences are declared LOST before there is one. A frame without results is the first
     * one of a run that has other groups than the run before.
     */
    static boolean isOfEngine(FrameDecoder frame) {
        if (frame.type() != FrameLayout.TYPE_RESULTS) {
            return false;
        }
        frame.rewind();
        boolean isOfEngine = frame.resultCount() == 0;
        while (!isOfEngine && frame.nextResult()) {
            isOfEngine = frame.outcomeCode() != Outcome.LOST.code();
        }
        return isOfEngine;
    }

    /** Returns the end of a journal that is sealed completely, by this version. */
    FramePlace end() {
        SealedSegment last = manifest.last();
        Segment segment = JournalFolder.segment(dir, last.number());
        try (SegmentReader reader =
                new SegmentReader(segment, manifest.journal(), last, null, ProblemListener.STRICT)) {
            reader.startAt(FrameSeeker.beforeEnd(
                    segment, manifest.journal(), last.size().fileLength()));
            long chain = 0;
            while (reader.next()) {
                chain = chainAfter(reader.frame());
            }
            return new FramePlace(
                    last.number(), last.size().frames(), last.size().fileLength(), chain);
        }
    }
}
