package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Place in the other one of a journal of results and its input journal, up to which that was written when a run of this one began: so
 * each tells of the other one whether that is of the same course of events. Its bytes, in the mark, little endian:
 * <pre>
 *   0  int   CRC-32C of the bytes 4 to 39
 *   4  int   Id of that journal
 *   8  long  Segment
 *  16  long  Frames of it, up to the place
 *  24  long  Offset in its data file
 *  32  long  Chain that the frame after it carries
 * </pre>
 *
 * @param journal id of that journal.
 * @param place   after the head of the segment that its run began.
 */
record PeerPlace(int journal, FramePlace place) {
    static final int LENGTH = 40;

    private static final int CRC_LENGTH = 4;

    /** Returns the bytes. */
    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(LITTLE_ENDIAN);
        bytes.putInt(4, journal).putLong(8, place.segment()).putLong(16, place.frames());
        bytes.putLong(24, place.fileOffset()).putLong(32, place.chain());
        return bytes.putInt(0, checksum(bytes, 0));
    }

    /** Reads it; {@code null} if there is none, as in marks that were written before there were such places. */
    static PeerPlace decode(ByteBuffer bytes, int at) {
        if (bytes.getInt(at + 4) == Manifest.NO_JOURNAL || bytes.getInt(at) != checksum(bytes, at)) {
            return null;
        }
        FramePlace place = new FramePlace(
                bytes.getLong(at + 8), bytes.getLong(at + 16), bytes.getLong(at + 24), bytes.getLong(at + 32));
        return new PeerPlace(bytes.getInt(at + 4), place);
    }

    private static int checksum(ByteBuffer bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), at + CRC_LENGTH, LENGTH - CRC_LENGTH);
        return (int) crc.getValue();
    }
}
