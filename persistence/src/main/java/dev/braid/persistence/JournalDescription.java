package dev.braid.persistence;

import java.nio.file.Path;
import java.util.List;

/**
 * What a journal holds.
 *
 * @param directory    of the journal.
 * @param segments     all of them, in order.
 * @param frames       how many frames there are, of all types.
 * @param results      how many results there are.
 * @param processed    how many of the results are PROCESSED.
 * @param failed       how many of the results are FAILED.
 * @param shed         how many of the results are SHED.
 * @param lost         how many of the results are LOST.
 * @param lastSequence the highest sequence that has a result, -1 if there is none.
 * @param lowWatermark every sequence at or below it has a result; -1 if sequence 0 has none.
 * @param missing      how many sequences below {@code lastSequence} have no result: they were in flight when an engine
 *                     halted or was killed, or they are still.
 * @param bytes        length of all frames.
 */
public record JournalDescription(
        Path directory,
        List<SegmentDescription> segments,
        long frames,
        long results,
        long processed,
        long failed,
        long shed,
        long lost,
        long lastSequence,
        long lowWatermark,
        long missing,
        long bytes) {
    /**
     * The handler groups of the engine that wrote the newest segment which is not empty.
     *
     * @return the groups, in the order of their sub-streams; empty if none were recorded.
     */
    public List<JournalGroup> groups() {
        for (int i = segments.size() - 1; i >= 0; i--) {
            if (segments.get(i).frames() > 0) {
                return segments.get(i).groups();
            }
        }
        return List.of();
    }
}
