package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Content of a segment's first frame: how the segment is written, and what it continues. Immutable.
 *
 * @param durability level at which its writer acknowledges.
 * @param chain      chain hash of the segment before.
 * @param epoch      epoch of its writer; 0 if the frame is of version 1, which has none.
 * @param bootId     start of the machine on which it is written; {@link BootId#NONE} in version 1.
 * @param groups     handler groups of the engine, in the order of their sub-streams.
 */
record SegmentHead(Durability durability, ChainHash.Value chain, long epoch, BootId bootId, List<JournalGroup> groups) {

    /** Tells whether a frame of this type, of which the header is well formed, can be read. */
    static boolean isWellFormed(DirectBuffer frame, int headerLength) {
        return HeadGroups.read(frame, headerLength, null)
                && durability(frame, headerLength) != null
                && isEpochPossible(epoch(frame, headerLength));
    }

    /** Reads a frame that is well formed. */
    static SegmentHead read(DirectBuffer frame, int headerLength) {
        List<JournalGroup> groups = new ArrayList<>();
        HeadGroups.read(frame, headerLength, groups);
        return new SegmentHead(
                durability(frame, headerLength),
                ChainHash.Value.read(frame, headerLength + HEAD_CHAIN_OFFSET),
                epoch(frame, headerLength),
                isFirstVersion(frame) ? BootId.NONE : BootId.read(frame, headerLength + HEAD_BOOT_ID_OFFSET),
                List.copyOf(groups));
    }

    /** Returns the durability; {@code null} if its code is unknown. */
    private static Durability durability(DirectBuffer frame, int headerLength) {
        return Durability.ofCode(frame.getInt(headerLength + HEAD_DURABILITY_OFFSET, LITTLE_ENDIAN));
    }

    private static long epoch(DirectBuffer frame, int headerLength) {
        return isFirstVersion(frame) ? 0 : frame.getLong(headerLength + HEAD_EPOCH_OFFSET, LITTLE_ENDIAN);
    }

    private static boolean isEpochPossible(long epoch) {
        return epoch >= 0 && epoch <= MAX_EPOCH;
    }

    private static boolean isFirstVersion(DirectBuffer frame) {
        return version(frame, 0) == FIRST_VERSION;
    }

    /** Tells whether acknowledged results may be missing: the level does not protect against what happened since. */
    boolean isPowerLoss() {
        return durability == Durability.PROCESS && bootId.isOfAnEarlierStart();
    }
}
