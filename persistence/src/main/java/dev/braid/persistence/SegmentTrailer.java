package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Content of a segment's last frame, if the segment was ended in good order. Immutable.
 *
 * @param end     reason why it ended.
 * @param results number of results in the segment.
 * @param chain   chain hash of the segment.
 */
record SegmentTrailer(SegmentEnd end, long results, ChainHash.Value chain) {

    /** Tells whether a frame of this type, of which the header is well formed, can be read. */
    static boolean isWellFormed(DirectBuffer frame, int headerLength) {
        return frame.capacity() == headerLength + END_LENGTH
                && results(frame, headerLength) >= 0
                && end(frame, headerLength) != null;
    }

    /** Reads a frame that is well formed. */
    static SegmentTrailer read(DirectBuffer frame, int headerLength) {
        return new SegmentTrailer(
                end(frame, headerLength),
                results(frame, headerLength),
                ChainHash.Value.read(frame, headerLength + END_CHAIN_OFFSET));
    }

    /** Returns the reason; {@code null} if its code is unknown. */
    private static SegmentEnd end(DirectBuffer frame, int headerLength) {
        return SegmentEnd.ofCode(frame.getInt(headerLength + END_REASON_OFFSET, LITTLE_ENDIAN));
    }

    private static long results(DirectBuffer frame, int headerLength) {
        return frame.getLong(headerLength + END_RESULTS_OFFSET, LITTLE_ENDIAN);
    }
}
