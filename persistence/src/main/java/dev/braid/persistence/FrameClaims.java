package dev.braid.persistence;

/**
 * What a frame says of all frames up to it, held against the frame before it. The low watermark and the highest sequence
 * never fall, and the highest sequence is that of the frame before, or of the frame's own results. A checksum does not tell
 * that: whatever wrote the frame may have been wrong.
 */
final class FrameClaims {
    private long lowWatermark = -1;
    private long highestSequence = -1;
    private boolean isBegun;

    /** Continues with the first frame of the segment after this one. */
    void goOnFrom(SealedSegment before) {
        lowWatermark = before.atEnd().lowWatermark();
        highestSequence = before.atEnd().highestSequence();
        isBegun = true;
    }

    /**
     * Takes the next frame, of which it was asked whether its results are well formed.
     *
     * @param isAdjacent whether no frame is missing before it.
     * @return what cannot be, {@code null} if nothing contradicts the frames before.
     */
    String contradiction(FrameDecoder frame, boolean isAdjacent) {
        long lowestWatermark = lowWatermark;
        long known = Math.max(highestSequence, frame.highestResult());
        boolean isExact = isBegun && isAdjacent;
        lowWatermark = frame.lowWatermark();
        highestSequence = frame.highestSequence();
        isBegun = true;
        if (lowWatermark < lowestWatermark) {
            return "its low watermark cannot be " + lowWatermark + ", when that of the frame before it is "
                    + lowestWatermark;
        }
        if (highestSequence < known || isExact && highestSequence > known) {
            return "its highest sequence cannot be " + highestSequence
                    + ", when that of the frame before it and of its own results is " + known;
        }
        return null;
    }
}
