package dev.braid.persistence;

import java.util.List;
import java.util.OptionalLong;

/**
 * What {@link Journals#salvage} copied, and what it could not.
 *
 * @param results    copied.
 * @param doubled    how many were left out because their sequence had a result before.
 * @param lost       how many sequences were done, as the journal says, but have no result that is good: in the new journal
 *                   their outcome is LOST.
 * @param ranges     of the sequences that are lost, at most {@value #MAX_RANGES}.
 * @param perhapsLostFrom of sequences from this one on results may have stood where the journal is damaged, but no good
 *                   frame says that they were done, so that they are not counted as lost; empty if it is not so.
 * @param unfinished how many sequences below the highest have no result, and never had one that was acknowledged: they were
 *                   in flight when the engine halted or was killed.
 * @param snapshots  of handlers' states that were copied.
 * @param badSnapshots that were left out: their names, and why.
 * @param problems   what was found in the old journal, at most {@value VerifyReport#MAX_PROBLEMS}.
 */
public record SalvageReport(
        long results,
        long doubled,
        long lost,
        List<SequenceRange> ranges,
        OptionalLong perhapsLostFrom,
        long unfinished,
        int snapshots,
        List<String> badSnapshots,
        List<JournalProblem> problems) {
    /** How many ranges are listed at most. */
    public static final int MAX_RANGES = 10_000;

    /**
     * Whether the new journal has every result and snapshot of the old one.
     *
     * @return {@code true} if nothing was lost, and no damage found.
     */
    public boolean isComplete() {
        return lost == 0
                && badSnapshots.isEmpty()
                && problems.stream().noneMatch(problem -> problem.kind().isDamage());
    }
}
