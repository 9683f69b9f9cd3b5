package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a journal was found when it was opened for writing, or would be opened: what its last writer left, and what becomes
 * of it.
 *
 * @param directory         folder of the journal.
 * @param refusal           damage for which the journal is refused, empty if it can be written.
 * @param isManifestRebuilt whether the manifest was lost, and is made again from the segments.
 * @param segments          segments that were not sealed, and what becomes of them.
 * @param sequences         sequences that have results.
 * @param problems          all that was found, information too.
 * @param durationNs        time that it took to find out.
 */
public record RecoveryReport(
        Path directory,
        Optional<JournalProblem> refusal,
        boolean isManifestRebuilt,
        Segments segments,
        Sequences sequences,
        List<JournalProblem> problems,
        long durationNs) {
    /**
     * Segments that were not sealed.
     *
     * @param kept      segments that are sealed now.
     * @param removed   names of segments that hold nothing: made but not used, or deleted by retention but still there.
     * @param keptAside names of segments whose folders are given another name, because they hold something that is not known to
     *                  be nothing, or not Braid's.
     */
    public record Segments(List<Kept> kept, List<String> removed, List<String> keptAside) {}

    /**
     * Sequences of a journal.
     *
     * @param lowWatermark every sequence at or below it has a result; {@link dev.braid.engine.BraidEngine#BEFORE_FIRST_SEQUENCE}
     *                     if sequence 0 has none.
     * @param end          highest sequence that has a result, plus 1.
     * @param missing      number of sequences below {@code end} that have no result: they were in flight when the engine halted
     *                     or was killed.
     */
    public record Sequences(long lowWatermark, long end, long missing) {}

    /**
     * A segment that its writer did not seal.
     *
     * @param segment name of its folder.
     * @param end     how it is sealed.
     * @param frames  number of frames that are good, and kept.
     * @param results number of results in these frames.
     * @param dropped number of intact frames after one that is missing or damaged, none of them acknowledged.
     */
    public record Kept(String segment, SegmentEnd end, long frames, long results, long dropped) {
        static Kept of(SegmentTail tail) {
            SealedSegment sealed = tail.seal();
            return new Kept(
                    tail.segment().name(),
                    sealed.end(),
                    sealed.size().frames(),
                    sealed.contents().results(),
                    tail.dropped());
        }
    }
}
