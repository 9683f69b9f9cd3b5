package dev.braid.persistence;

import java.util.Optional;

/**
 * What the manifest says of a segment that nothing will be added to. Immutable.
 *
 * @param number     its place in the journal.
 * @param end        how it ended.
 * @param durability level at which its writer acknowledged.
 * @param size       frames and bytes.
 * @param contents   results.
 * @param times      times of its own frames.
 * @param atEnd      state of the journal at its end.
 */
record SealedSegment(
        long number, SegmentEnd end, Durability durability, Size size, Contents contents, Times times, AtEnd atEnd) {

    /**
     * Frames and bytes.
     *
     * @param frames     number of frames; the file may hold more of one that was cut.
     * @param frameBytes length of these frames.
     * @param fileLength offset in the data file at which the last of them ends.
     */
    record Size(long frames, long frameBytes, long fileLength) {}

    /**
     * Results in the frames.
     *
     * @param results        number of results.
     * @param outcomes       numbers of results of each outcome.
     * @param lowestSequence lowest sequence of a result, -1 if there is none.
     * @param highestResult  highest sequence of a result, -1 if there is none.
     */
    record Contents(long results, OutcomeCounts outcomes, long lowestSequence, long highestResult) {
        /** Returns the sequences from the lowest to the highest. */
        Optional<SequenceRange> sequences() {
            return results == 0 ? Optional.empty() : SequenceRange.between(lowestSequence, highestResult);
        }
    }

    /**
     * Times of the frames, in nanoseconds since 1970-01-01T00:00Z.
     *
     * @param createdNs time of the first frame.
     * @param lowestNs  lowest time.
     * @param highestNs highest time.
     */
    record Times(long createdNs, long lowestNs, long highestNs) {}

    /**
     * State of the journal at the end of the segment.
     *
     * @param lowWatermark    every sequence at or below it has a result.
     * @param highestSequence highest sequence that has a result.
     * @param latestTimeNs    latest time of a frame.
     * @param chain           chain hash of all segments up to this one.
     */
    record AtEnd(long lowWatermark, long highestSequence, long latestTimeNs, ChainHash.Value chain) {}
}
