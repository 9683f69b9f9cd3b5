package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/**
 * The bytes of a frame. A frame is one excerpt of a Chronicle Queue; all numbers are little-endian, all lengths in
 * bytes. It begins with a header:
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |              CRC-32C of the frame from byte 4 on              |   0
 *  +-----------------------------------------------+---------------+
 *  |               Magic: 'B', 'R', 'D'            |    Version    |   4
 *  +-----------------------------------------------+---------------+
 *  |                  Frame length, header included                |   8
 *  +---------------------------------------------------------------+
 *  |         Type: 1 segment head, 2 results, 3 segment end        |  12
 *  +---------------------------------------------------------------+
 *  |     Journal id: a random number, the same in all its frames   |  16
 *  +---------------------------------------------------------------+
 *  |                         Segment number                        |  20
 *  +---------------------------------------------------------------+
 *  |                   Frame ordinal in the segment                |  24
 *  +---------------------------------------------------------------+
 *  |                          Result count                         |  28
 *  +---------------------------------------------------------------+
 *  |                                                               |  32
 *  |             Low watermark once this frame is written          |
 *  +---------------------------------------------------------------+
 *  |                                                               |  40
 *  |      Highest sequence in the journal up to here, -1 for none  |
 *  +---------------------------------------------------------------+
 *  |                                                               |  48
 *  |               Time in ns since 1970-01-01T00:00Z              |
 *  +---------------------------------------------------------------+
 *  |                                                               |  56
 *  |            Latest time in the journal up to here              |
 *  +---------------------------------------------------------------+
 *  |                                                               |  64  from version 2 on
 *  |  Acknowledged when it was written: segment * 2^32 + frames    |
 *  +---------------------------------------------------------------+
 *  |                                                               |  72  from version 2 on
 *  |     Chain: a hash of all frames before ({@link FrameChain})   |
 *  +---------------------------------------------------------------+
 * </pre>
 * The first 12 bytes mean the same in every version, so that any version can tell damage from the work of a newer one.
 * Version 1, whose header ends at 64, is read, and not written any more.
 * <p>
 * What was acknowledged is known from the frames themselves: of a frame that is intact, all up to the position that it
 * carries must be there. The chain lets a frame be of one course of events only: where another writer went on from an earlier
 * frame, all that follows has another chain.
 * <p>
 * Highest sequence and latest time never fall from one frame to the next, whatever the order of results and however the
 * clock jumps: so a sequence or a time is found by bisection, without an index that could be damaged. The journal's id
 * and the segment's number keep a search from taking a frame for its own that is another's, carried in a payload.
 * <p>
 * A frame of results goes on with its results, each of them aligned to 8:
 * <pre>
 *  +---------------------------------------------------------------+
 *  |                                                               |   0
 *  |                            Sequence                           |
 *  +---------------------------------------------------------------+
 *  |                     Sub-stream, -1 for none                   |   8
 *  +-----------------------------------------------+---------------+
 *  |                Payload length                 |    Outcome    |  12
 *  +-----------------------------------------------+---------------+
 *  |                            Payload                           ...  16
 * ...                                  zeros up to a multiple of 8 |
 *  +---------------------------------------------------------------+
 * </pre>
 * The payload is the record as its codec wrote it when the outcome is PROCESSED, the reason as UTF-8 when it is FAILED or SHED,
 * which may be empty, and empty when it is LOST. Where {@link #RECORD_KEPT} is added to the outcome, which only FAILED and SHED
 * can have, it is reason and record:
 * <pre>
 *  +---------------------------------------------------------------+
 *  |                     Length of the reason                      |   0
 *  +---------------------------------------------------------------+
 *  |                        Reason, UTF-8                         ...   4
 *  +---------------------------------------------------------------+
 *  |             The record as its codec wrote it                 ...
 *  +---------------------------------------------------------------+
 * </pre>
 * In an input journal the sub-stream is the first one of the group through whose ingress the record came,
 * -1 for the shared one.
 * <p>
 * A segment head, the first frame of every segment, goes on with the engine's groups:
 * <pre>
 *  +---------------------------------------------------------------+
 *  |            Durability level: 0 process, 1 disk                |   0
 *  +---------------------------------------------------------------+
 *  |                          Group count                          |   4
 *  +---------------------------------------------------------------+
 *  |                                                               |   8
 *  |        Chain hash of the segment before, zeros if none       ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 *  |                                                               |  40  from version 2 on
 *  |                    Epoch of the writer                        |
 *  +---------------------------------------------------------------+
 *  |                                                               |  48  from version 2 on
 *  |          Boot id of the machine, zeros if it has none        ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 *  |                             Weight                            |  64  per group; in version 1: 40
 *  +---------------------------------------------------------------+
 *  |                        First sub-stream                       |
 *  +---------------------------------------------------------------+
 *  |                        Sub-stream count                       |
 *  +---------------------------------------------------------------+
 *  |                          Name length                          |
 *  +---------------------------------------------------------------+
 *  |                     Name, UTF-8                              ...
 * ...                                  zeros up to a multiple of 4 |
 *  +---------------------------------------------------------------+
 * </pre>
 * A segment end is the last frame of a segment whose writer ended it in good order:
 * <pre>
 *  +---------------------------------------------------------------+
 *  |                                                               |   0
 *  |                   Results in the segment                      |
 *  +---------------------------------------------------------------+
 *  |   Why: 1 the journal was closed, 2 the segment was full       |   8
 *  +---------------------------------------------------------------+
 *  |                          0                                    |  12
 *  +---------------------------------------------------------------+
 *  |                                                               |  16
 *  |             Chain hash of this segment ({@link ChainHash})   ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * Every frame's length is a multiple of 8.
 */
final class FrameLayout {
    static final int VERSION = 2;
    static final int FIRST_VERSION = 1;
    static final int MAGIC = 'B' | 'R' << 8 | 'D' << 16;
    static final int MAGIC_MASK = 0xFF_FFFF;

    static final int TYPE_HEAD = 1;
    static final int TYPE_RESULTS = 2;
    static final int TYPE_END = 3;

    static final int CRC_OFFSET = 0;
    static final int MAGIC_OFFSET = 4;
    static final int LENGTH_OFFSET = 8;
    static final int TYPE_OFFSET = 12;
    static final int JOURNAL_OFFSET = 16;
    static final int SEGMENT_OFFSET = 20;
    static final int ORDINAL_OFFSET = 24;
    static final int COUNT_OFFSET = 28;
    static final int LOW_WATERMARK_OFFSET = 32;
    static final int HIGHEST_SEQUENCE_OFFSET = 40;
    static final int TIME_OFFSET = 48;
    static final int LATEST_TIME_OFFSET = 56;
    static final int ACKNOWLEDGED_OFFSET = 64;
    static final int CHAIN_OFFSET = 72;
    static final int HEADER_LENGTH = 80;
    static final int MIN_HEADER_LENGTH = 64;

    static final int RESULT_SUB_STREAM_OFFSET = 8;
    static final int RESULT_LENGTH_OFFSET = 12;
    static final int RESULT_HEADER_LENGTH = 16;

    /** Added to the outcome FAILED or SHED: the payload has the length of the reason, the reason, and the record. */
    static final int RECORD_KEPT = 0x80;

    /** From the beginning of such a payload on, after the length of the reason. */
    static final int REASON_OFFSET = 4;

    // From the end of the header on.
    static final int HEAD_DURABILITY_OFFSET = 0;
    static final int HEAD_GROUP_COUNT_OFFSET = 4;
    static final int HEAD_CHAIN_OFFSET = 8;
    static final int HEAD_GROUPS_OFFSET_1 = HEAD_CHAIN_OFFSET + ChainHash.LENGTH;
    static final int HEAD_EPOCH_OFFSET = HEAD_GROUPS_OFFSET_1;
    static final int HEAD_BOOT_ID_OFFSET = HEAD_EPOCH_OFFSET + 8;
    static final int HEAD_GROUPS_OFFSET = HEAD_BOOT_ID_OFFSET + 16;
    static final int GROUP_HEADER_LENGTH = 16;

    static final int END_RESULTS_OFFSET = 0;
    static final int END_REASON_OFFSET = 8;
    static final int END_CHAIN_OFFSET = 16;
    static final int END_LENGTH = END_CHAIN_OFFSET + ChainHash.LENGTH;

    static final int ALIGNMENT = 8;
    static final int GROUP_ALIGNMENT = 4;
    static final int MAX_PAYLOAD_LENGTH = 0xFF_FFFF;

    /** Little beside the 64 MiB that Chronicle Queue's own readers map in one piece. */
    static final int MAX_FRAME_LENGTH = 8 * 1024 * 1024;

    /** Maximum of frames in a segment: beyond them, a reader of Chronicle Queue might add a second block to the index. */
    static final int MAX_FRAMES = 1 << 22;

    /** Far more than there will be, and far enough from where adding overflows. */
    static final long MAX_SEQUENCE = (1L << 62) - 1;

    /** Frames have room for no higher number. */
    static final long MAX_SEGMENT = Integer.MAX_VALUE - 1;

    /** Epochs above it are claims that nobody can have made true by opening a journal. */
    static final long MAX_EPOCH = Long.MAX_VALUE >> 1;

    private FrameLayout() {}

    /** Returns the length that a result takes up in a frame. */
    static int resultLength(int payloadLength) {
        return RESULT_HEADER_LENGTH + BitUtil.align(payloadLength, ALIGNMENT);
    }

    static boolean isLengthInBounds(int length) {
        return length >= MIN_HEADER_LENGTH && length <= MAX_FRAME_LENGTH && BitUtil.isAligned(length, ALIGNMENT);
    }

    static boolean hasMagic(DirectBuffer buffer, int frame) {
        return (buffer.getInt(frame + MAGIC_OFFSET, LITTLE_ENDIAN) & MAGIC_MASK) == MAGIC;
    }

    static int version(DirectBuffer buffer, int frame) {
        return buffer.getInt(frame + MAGIC_OFFSET, LITTLE_ENDIAN) >>> 24;
    }

    static boolean isKnown(int version) {
        return version >= FIRST_VERSION && version <= VERSION;
    }

    /** Returns the length of the header of a frame of a known version. */
    static int headerLength(int version) {
        return version == FIRST_VERSION ? MIN_HEADER_LENGTH : HEADER_LENGTH;
    }

    /** CRC-32C of a frame. The limit and the position of the bytes are changed. */
    static int checksum(CRC32C crc, ByteBuffer bytes, int frame, int length) {
        crc.reset();
        bytes.limit(frame + length).position(frame + MAGIC_OFFSET);
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
