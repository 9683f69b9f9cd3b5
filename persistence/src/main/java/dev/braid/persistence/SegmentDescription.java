package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one segment of a journal holds.
 *
 * @param name         of its folder.
 * @param number       its place in the journal, from 0.
 * @param end          how it ended; {@link SegmentEnd#NONE} while it is being written, and after its writer was stopped.
 * @param durability   of its writer.
 * @param createdNs    time of its first frame, in nanoseconds since 1970-01-01T00:00Z; empty if it has none.
 * @param latestNs     the latest time of a frame in the journal, up to the segment's end.
 * @param frames       how many frames it has, of all types.
 * @param results      how many results it has.
 * @param outcomes     of the results.
 * @param sequences    of its results, from the lowest to the highest; empty if it has none.
 * @param lowWatermark at its end.
 * @param bytes        length of its frames.
 * @param fileBytes    length of its data file, 0 if that is missing.
 * @param chain        hash of it and of all segments before it, in hexadecimal.
 * @param groups       the handler groups of the engine that wrote it, in the order of their sub-streams.
 */
public record SegmentDescription(
        String name,
        long number,
        SegmentEnd end,
        Durability durability,
        OptionalLong createdNs,
        long latestNs,
        long frames,
        long results,
        OutcomeCounts outcomes,
        Optional<SequenceRange> sequences,
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
                account.frames() == 0 ? OptionalLong.empty() : OptionalLong.of(account.createdNs()),
                account.latestTimeNs(),
                account.frames(),
                account.results(),
                account.outcomes(),
                account.sequences(),
                account.lowWatermark(),
                account.frameBytes(),
                segment.dataLength(),
                account.chain().toString(),
                groups);
    }
}
