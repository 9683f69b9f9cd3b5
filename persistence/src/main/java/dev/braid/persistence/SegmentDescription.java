package dev.braid.persistence;

import dev.braid.persistence.JournalFolder.Segment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Description of one segment of a journal.
 *
 * @param name     name of its folder.
 * @param number   its place in the journal, from 0.
 * @param writer   engine and journal that wrote it.
 * @param times    times of its frames.
 * @param size     frames and bytes.
 * @param contents results.
 * @param atEnd    state of the journal at its end.
 */
public record SegmentDescription(
        String name, long number, Writer writer, Times times, Size size, Contents contents, AtEnd atEnd) {
    /**
     * Engine and journal that wrote a segment.
     *
     * @param durability level at which results were acknowledged.
     * @param groups     handler groups of the engine, in the order of their sub-streams.
     */
    public record Writer(Durability durability, List<JournalGroup> groups) {}

    /**
     * Times of frames, in nanoseconds since 1970-01-01T00:00Z.
     *
     * @param createdNs time of the segment's first frame; empty if it has none.
     * @param latestNs  latest time of a frame in the journal, up to the segment's end.
     */
    public record Times(OptionalLong createdNs, long latestNs) {}

    /**
     * Frames and bytes.
     *
     * @param frames     number of frames, of all types.
     * @param frameBytes length of the frames.
     * @param fileBytes  length of the data file, 0 if that is missing.
     */
    public record Size(long frames, long frameBytes, long fileBytes) {}

    /**
     * Results.
     *
     * @param results   number of results.
     * @param outcomes  numbers of results of each outcome.
     * @param sequences sequences from the lowest to the highest; empty if there is no result.
     */
    public record Contents(long results, OutcomeCounts outcomes, Optional<SequenceRange> sequences) {}

    /**
     * State of the journal at the end of a segment.
     *
     * @param end          how the segment ended; {@link SegmentEnd#NONE} while it is being written, and after its writer was
     *                     stopped.
     * @param lowWatermark every sequence at or below it has a result; {@link
     *                     dev.braid.engine.BraidEngine#BEFORE_FIRST_SEQUENCE} if sequence 0 has none.
     * @param chain        hash of the segment and of all segments before it, in hexadecimal.
     */
    public record AtEnd(SegmentEnd end, long lowWatermark, String chain) {}

    static SegmentDescription of(Segment segment, SealedSegment account, List<JournalGroup> groups) {
        SealedSegment.Size size = account.size();
        SealedSegment.Contents contents = account.contents();
        OptionalLong createdNs = size.frames() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(account.times().createdNs());
        return new SegmentDescription(
                segment.name(),
                segment.number(),
                new Writer(account.durability(), groups),
                new Times(createdNs, account.atEnd().latestTimeNs()),
                new Size(size.frames(), size.frameBytes(), segment.dataLength()),
                new Contents(contents.results(), contents.outcomes(), contents.sequences()),
                new AtEnd(
                        account.end(),
                        account.atEnd().lowWatermark(),
                        account.atEnd().chain().toString()));
    }
}
