package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.util.List;

/**
 * What one segment of a journal holds.
 *
 * @param name            of its folder.
 * @param number          its place in the journal, from 0.
 * @param end             how it ended; {@link SegmentEnd#NONE} while it is being written, and after its writer was stopped.
 * @param durability      of its writer.
 * @param createdNs       time of its first frame, in nanoseconds since 1970-01-01T00:00Z; 0 if it is empty.
 * @param latestNs        the latest time of a frame in the journal, up to the segment's end.
 * @param frames          how many frames it has, of all types.
 * @param results         how many results it has.
 * @param processed       how many of the results are PROCESSED.
 * @param failed          how many of the results are FAILED.
 * @param shed            how many of the results are SHED.
 * @param lost            how many of the results are LOST.
 * @param lowestSequence  of its results, -1 if it has none.
 * @param highestSequence of its results, -1 if it has none.
 * @param lowWatermark    at its end.
 * @param bytes           length of its frames.
 * @param fileBytes       length of its data file, 0 if that is missing.
 * @param chain           hash of it and of all segments before it, in hexadecimal.
 * @param groups          the handler groups of the engine that wrote it, in the order of their sub-streams.
 */
public record SegmentDescription(
        String name,
        long number,
        SegmentEnd end,
        Durability durability,
        long createdNs,
        long latestNs,
        long frames,
        long results,
        long processed,
        long failed,
        long shed,
        long lost,
        long lowestSequence,
        long highestSequence,
        long lowWatermark,
        long bytes,
        long fileBytes,
        String chain,
        List<JournalGroup> groups) {

    static SegmentDescription of(Segment segment, SealedSegment account, List<JournalGroup> groups) {
        return new SegmentDescription(
                segment.name(),
                segment.number(),
                account.end(),
                account.durability(),
                account.createdNs(),
                account.latestTimeNs(),
                account.frames(),
                account.results(),
                account.outcomes().processed(),
                account.outcomes().failed(),
                account.outcomes().shed(),
                account.outcomes().lost(),
                account.lowestSequence(),
                account.highestResult(),
                account.lowWatermark(),
                account.frameBytes(),
                segment.dataLength(),
                account.chain().toString(),
                groups);
    }
}
