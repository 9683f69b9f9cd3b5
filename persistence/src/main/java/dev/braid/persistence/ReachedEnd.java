package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;

/**
 * The place in a segment behind which nothing can be read at present: tells whether another segment follows or more was
 * acknowledged, and reports what should be there and is missing. For one thread at a time.
 */
final class ReachedEnd {
    private final JournalView view;
    private final SegmentReader segment;
    private final ProblemListener listener;
    private final Segment next;
    /** Number of the segment's frames when the mark was last read for more. */
    private long checkedFrames = -1;

    /** @param segment reader that has come to the place. */
    ReachedEnd(JournalView view, SegmentReader segment, ProblemListener listener) {
        this.view = view;
        this.segment = segment;
        this.listener = listener;
        this.next = JournalFolder.segment(view.dir(), number() + 1);
    }

    /** Tells whether the next segment has begun, so that nothing more will be written to this one. */
    boolean hasNextBegun() {
        if (!JournalFiles.isFolder(next.folder())) {
            return false;
        }
        JournalMark.Found mark = view.readMark();
        if (mark != null && (mark.acknowledged().segment() > number() || !segment.isOver())) {
            return mark.acknowledged().segment() > number();
        }
        // It has ended, or there is no mark: a writer that was killed may not have come to mark what follows.
        boolean[] isDamaged = {false}; // Which is to be said of it, too.
        try (SegmentReader reader = new SegmentReader(
                next,
                view.manifest().journal(),
                null,
                null,
                problem -> isDamaged[0] |= problem.kind().isDamage())) {
            return reader.next() || isDamaged[0];
        }
    }

    /**
     * Tells whether more of this segment was acknowledged: if so, it was there before, and can be read now or is lost. Otherwise
     * reports a segment that is missing.
     */
    boolean isMoreAcknowledged() {
        boolean isNewPlace = checkedFrames != segment.frames();
        if (isMarkedFurther(isNewPlace)) {
            return true;
        }
        checkBegun(isNewPlace);
        checkMark(isNewPlace);
        return false;
    }

    /** Reports that nobody knows whether this is the end: the mark, which is made before frames are, is lost. */
    private void checkMark(boolean isNewPlace) {
        boolean isLost = view.mark() == null || view.mark().isBefore(segment.head());
        if (isNewPlace && segment.frames() > 0 && isLost) {
            listener.onProblem(JournalProblem.inSegment(
                            ProblemKind.HOLE,
                            segment.segment(),
                            "it ends in the middle, and how far it was acknowledged is not known")
                    .among(SequenceRange.from(segment.lowWatermark() + 1)));
        }
    }

    /** Reads the mark once for each place. */
    private boolean isMarkedFurther(boolean isNewPlace) {
        if (!isNewPlace) {
            return false;
        }
        checkedFrames = segment.frames();
        JournalMark.Found mark = view.readMark();
        return mark != null && mark.acknowledged().covers(number(), checkedFrames);
    }

    /** Reports the next segment if it is missing: the successor of a full segment was begun before that one ended. */
    void checkNext() {
        boolean isNewPlace = checkedFrames != segment.frames();
        boolean isMarked = isMarkedFurther(isNewPlace)
                && view.mark().acknowledged().position() > FramePlace.position(next.number(), 0);
        if (isThere(next, isNewPlace)) {
            return;
        }
        if (segment.end() == SegmentEnd.ROLLED) {
            listener.onProblem(
                    JournalProblem.inSegment(ProblemKind.MISSING_SEGMENT, next, "the one before it goes on in it"));
        } else if (isMarked) {
            ProblemKind kind = view.mark().isPowerLoss() ? ProblemKind.POWER_LOSS : ProblemKind.MISSING_SEGMENT;
            reportMissing(kind, next, view.mark().acknowledged().describe() + ", but the segment is missing");
        } else {
            checkBegun(isNewPlace);
        }
    }

    /** Reports this segment or the next one if the manifest says that it was begun. Reads the manifest once for each place. */
    private void checkBegun(boolean isNewPlace) {
        if (!isNewPlace) {
            return;
        }
        boolean isHere = segment.frames() > 0 || isThere(segment.segment(), true);
        Segment missing = isHere ? next : segment.segment();
        if (isHere && isThere(missing, true)) {
            return;
        }
        Manifest manifest = view.readAgain(); // It may just have been taken back.
        if (manifest.isBegun(missing.number()) && !JournalFolder.isKeptAside(view.dir(), missing.number())) {
            reportMissing(
                    ProblemKind.MISSING_SEGMENT, missing, "it is missing, but the manifest says that it was begun");
        }
    }

    private void reportMissing(ProblemKind kind, Segment missing, String what) {
        listener.onProblem(
                JournalProblem.inSegment(kind, missing, what).among(SequenceRange.from(segment.lowWatermark() + 1)));
    }

    /** Tells whether a segment has a folder, and a data file if that is looked into. */
    private static boolean isThere(Segment segment, boolean isLookedInto) {
        return JournalFiles.isFolder(segment.folder())
                && (!isLookedInto || !segment.dataFiles().isEmpty());
    }

    private long number() {
        return segment.segment().number();
    }
}
