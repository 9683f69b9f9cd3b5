package dev.braid.persistence;

import java.nio.file.Path;

/** Reports, of a place in a journal that was found by time, whether the clocks of its writers were wrong around there. */
final class WrongClocks {
    private WrongClocks() {}

    /**
     * Reports what is wrong.
     *
     * @param number   number of the segment that has the place.
     * @param timeNs   for which it was looked.
     * @param passedNs the latest time that was passed over in this segment.
     * @param listener receives a {@link ProblemKind#CLOCK} for each way in which clocks were wrong.
     */
    static void report(Path dir, Manifest manifest, long number, long timeNs, long passedNs, ProblemListener listener) {
        long aheadNs = passedNs;
        SealedSegment fallen = null;
        for (SealedSegment sealed : manifest.sealed()) {
            if (sealed.number() < number) {
                aheadNs = Math.max(aheadNs, sealed.times().highestNs());
            } else if (fallen == null
                    && sealed.number() > number
                    && sealed.times().lowestNs() < timeNs) {
                fallen = sealed;
            }
        }
        if (aheadNs > timeNs) {
            listener.onProblem(JournalProblem.inJournal(
                    ProblemKind.CLOCK,
                    "a clock was ahead: frames in or before "
                            + JournalFolder.segment(dir, number).name() + " have times up to "
                            + FrameTimes.describe(aheadNs)
                            + ", which have not come yet; they do not count as written at or after "
                            + FrameTimes.describe(timeNs)));
        }
        if (fallen != null) {
            listener.onProblem(JournalProblem.inSegment(
                    ProblemKind.CLOCK,
                    JournalFolder.segment(dir, fallen.number()),
                    "the clock was set back to "
                            + FrameTimes.describe(fallen.times().lowestNs())
                            + "; the first time counts, so that results follow which have a time before "
                            + FrameTimes.describe(timeNs)));
        }
    }
}
