package dev.braid.persistence;

import java.util.List;
import java.util.OptionalLong;

/**
 * What {@link Journals#salvage} copied, and what it could not.
 *
 * @param results    number of results that were copied.
 * @param duplicates number of results that were left out because their sequence had a result before.
 * @param lost       sequences without a good result.
 * @param unfinished number of sequences below the highest that have no result, and never had one that was acknowledged: they
 *                   were in flight when the engine halted or was killed.
 * @param snapshots  snapshots of handlers' states.
 * @param problems   what was found in the old journal, at most {@value VerifyReport#MAX_PROBLEMS}.
 */
public record SalvageReport(
        long results, long duplicates, Lost lost, long unfinished, Snapshots snapshots, List<JournalProblem> problems) {
    /**
     * Sequences without a good result.
     *
     * @param count       number of sequences that were done, as the journal says, but have no good result: in the new journal
     *                    their outcome is LOST.
     * @param ranges      ranges of these sequences, at most {@value #MAX_RANGES}.
     * @param perhapsFrom results of sequences from this one on may have stood where the journal is damaged, but no good frame
     *                    says that they were done, so they are not counted; empty if it is not so.
     */
    public record Lost(long count, List<SequenceRange> ranges, OptionalLong perhapsFrom) {}

    /**
     * Snapshots of handlers' states.
     *
     * @param copied number of snapshots that were copied.
     * @param bad    names of those that were left out, and why.
     */
    public record Snapshots(int copied, List<String> bad) {}

    /** Most ranges that are listed. */
    public static final int MAX_RANGES = 10_000;

    /**
     * Tells whether the new journal has every result and snapshot of the old one.
     *
     * @return {@code true} if nothing was lost, and no damage found.
     */
    public boolean isComplete() {
        return lost.count() == 0
                && snapshots.bad().isEmpty()
                && problems.stream().noneMatch(problem -> problem.kind().isDamage());
    }
}
