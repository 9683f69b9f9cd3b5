package dev.braid.persistence;

import java.util.List;

/**
 * What {@link Journals#verify} found.
 *
 * @param results  how many could be read.
 * @param frames   how many could be read.
 * @param problems in the order in which they were found, at most {@value #MAX_PROBLEMS}.
 * @param damages  how many findings were damage, also of those that are not listed.
 */
public record VerifyReport(long results, long frames, List<JournalProblem> problems, long damages) {
    /** How many findings are listed at most. */
    public static final int MAX_PROBLEMS = 1000;

    /**
     * Whether the journal is as it was written.
     *
     * @return {@code true} if nothing was found but information.
     */
    public boolean isGood() {
        return damages == 0;
    }
}
