package dev.braid.persistence;

/**
 * What the manifest says of a segment that nothing will be added to.
 *
 * @param number          its place in the journal.
 * @param end             how it ended.
 * @param durability      of its writer.
 * @param frames          that it consists of; the file may hold more of one that was cut.
 * @param results         in these frames.
 * @param outcomes        of the results, by {@link dev.braid.engine.Outcome#code()} less 1.
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
        Outcomes outcomes,
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

    /** How many results there are of each kind. */
    record Outcomes(long processed, long failed, long shed, long lost) {
        static final Outcomes NONE = new Outcomes(0, 0, 0, 0);

        Outcomes plus(Outcomes other) {
            return new Outcomes(
                    processed + other.processed, failed + other.failed, shed + other.shed, lost + other.lost);
        }
    }
}
