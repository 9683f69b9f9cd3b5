package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a journal was found when it was opened for writing, or would be opened: what its last writer left, and what becomes
 * of it.
 *
 * @param directory         of the journal.
 * @param refusal           the damage for which the journal is refused, empty if it can be written.
 * @param isManifestRebuilt whether the manifest was lost, and is made again from the segments.
 * @param kept              segments that their writer did not seal.
 * @param removed           names of segments that hold nothing: made but not used, or given up but not yet deleted.
 * @param keptAside         names of segments whose folders are given another name, because they hold something that is not
 *                          known to be nothing, or not Braid's.
 * @param lowWatermark      every sequence at or below it has a result; -1 if sequence 0 has none.
 * @param endSequence       the highest sequence that has a result, plus 1.
 * @param missing           how many sequences below {@code endSequence} have no result: they were in flight when the engine
 *                          halted or was killed.
 * @param problems          all that was found, information too.
 * @param durationNs        how long it took to find out.
 */
public record RecoveryReport(
        Path directory,
        Optional<JournalProblem> refusal,
        boolean isManifestRebuilt,
        List<Kept> kept,
        List<String> removed,
        List<String> keptAside,
        long lowWatermark,
        long endSequence,
        long missing,
        List<JournalProblem> problems,
        long durationNs) {
    /**
     * A segment that its writer did not seal.
     *
     * @param segment name of its folder.
     * @param end     how it is sealed.
     * @param frames  that are good, and kept.
     * @param results in these frames.
     * @param dropped how many intact frames come after one that is missing or damaged, none of them acknowledged.
     */
    public record Kept(String segment, SegmentEnd end, long frames, long results, long dropped) {
        static Kept of(SegmentTail tail) {
            SealedSegment sealed = tail.seal();
            return new Kept(tail.segment().name(), sealed.end(), sealed.frames(), sealed.results(), tail.dropped());
        }
    }
}
