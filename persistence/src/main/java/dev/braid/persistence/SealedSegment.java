package dev.braid.persistence;

import java.util.Optional;

/**
 * What the manifest says of a segment that nothing will be added to.
 *
 * @param number          its place in the journal.
 * @param end             how it ended.
 * @param durability      of its writer.
 * @param frames          that it consists of; the file may hold more of one that was cut.
 * @param results         in these frames.
 * @param outcomes        of the results.
 * @param fileLength      where the last of its frames ends in the data file.
 * @param frameBytes      length of its frames.
 * @param lowestSequence  of its results, -1 if it has none.
 * @param highestResult   highest sequence of its results, -1 if it has none.
 * @param lowWatermark    at its end.
 * @param highestSequence of the journal, at its end.
 * @param createdNs       time of its first frame.
 * @param latestTimeNs    of the journal, at its end.
 * @param lowestTimeNs    of its own frames.
 * @param highestTimeNs   of its own frames.
 * @param chain           its chain hash.
 */
record SealedSegment(
        long number,
        SegmentEnd end,
        Durability durability,
        long frames,
        long results,
        OutcomeCounts outcomes,
        long fileLength,
        long frameBytes,
        long lowestSequence,
        long highestResult,
        long lowWatermark,
        long highestSequence,
        long createdNs,
        long latestTimeNs,
        long lowestTimeNs,
        long highestTimeNs,
        ChainHash.Value chain) {
    /** The sequences of its results, from the lowest to the highest. */
    Optional<SequenceRange> sequences() {
        return results == 0 ? Optional.empty() : SequenceRange.between(lowestSequence, highestResult);
    }
}
