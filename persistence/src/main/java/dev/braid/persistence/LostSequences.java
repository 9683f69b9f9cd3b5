package dev.braid.persistence;

import org.agrona.collections.LongHashSet;

/** Tells which sequences may have had their results in a frame that is lost. */
final class LostSequences {
    private static final long NONE = -1;

    private LostSequences() {}

    /**
     * Returns the highest sequence that may be lost.
     *
     * @param scanner scanner of the segment's file; {@code null} if it has no data file.
     * @param offset  offset of the lost frame, -1 if it is not known.
     * @param sealed  what the manifest says of the segment; {@code null} if it is not sealed.
     * @return a sequence; -1 if it is not known.
     */
    static long highest(SegmentScanner scanner, long offset, SealedSegment sealed) {
        FrameDecoder following = new FrameDecoder();
        if (scanner == null
                || offset < 0
                || !scanner.findFrom(offset, following)
                || !following.isWellFormed()
                || !following.areResultsWellFormed()) {
            return sealed == null ? NONE : sealed.atEnd().highestSequence();
        }
        long highest = following.highestSequence();
        LongHashSet present = new LongHashSet();
        while (following.nextResult()) {
            present.add(following.sequence());
        }
        while (present.contains(highest)) {
            highest--;
        }
        return highest;
    }
}
