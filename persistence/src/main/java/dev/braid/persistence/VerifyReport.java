package dev.braid.persistence;

import java.util.List;
import java.util.Optional;

/**
 * What {@link Journals#verify} found.
 *
 * @param results  number of results that could be read.
 * @param frames   number of frames that could be read.
 * @param problems in the order in which they were found, at most {@value #MAX_PROBLEMS}.
 * @param damages  number of findings that were damage, including those that are not listed.
 * @param first    the damage that comes first in the journal, empty if there is none; what has a place in a segment
 *                 comes before what has none.
 */
public record VerifyReport(
        long results, long frames, List<JournalProblem> problems, long damages, Optional<JournalProblem> first) {
    /** Most findings that are listed. */
    public static final int MAX_PROBLEMS = 1000;

    /**
     * Tells whether the journal is as it was written.
     *
     * @return {@code true} if nothing was found but information.
     */
    public boolean isGood() {
        return damages == 0;
    }

    /**
     * Tells whether the last frames are torn: they were being written, and not acknowledged, when their writer was stopped. The
     * next start leaves them out; this is no damage.
     *
     * @return {@code true} if they are.
     */
    public boolean isTailTorn() {
        return problems.stream().anyMatch(problem -> problem.kind() == ProblemKind.TORN_TAIL);
    }
}
