package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where a frame is put together before it is written. A result's payload is written first, at {@link #payloadOffset()},
 * and then {@linkplain #add added}. Used by one thread at a time; allocates nothing but when its buffer has to grow, and
 * gives the buffer back when it is closed: then nobody must use it any more.
 */
final class FrameEncoder implements AutoCloseable {
    private final ExpandableDirectByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private final Stamps stamps;
    private final ResultTally results = new ResultTally();
    private long latestTimeNs;
    private int length = HEADER_LENGTH;
    private int count;
    private long highestSequence;

    /** Values that never fall from one frame of a journal to the next, whichever encoder makes it. */
    static final class Stamps {
        private long highestSequence;
        private long latestTimeNs;

        /** @param highestSequence highest sequence of the frames so far, -1 for none. */
        Stamps(long highestSequence, long latestTimeNs) {
            this.highestSequence = highestSequence;
            this.latestTimeNs = latestTimeNs;
        }
    }

    FrameEncoder(int initialCapacity, Stamps stamps) {
        this.buffer = new ExpandableDirectByteBuffer(initialCapacity);
        this.stamps = stamps;
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Returns how many results were added. */
    int count() {
        return count;
    }

    /** Returns the account of the results that were added. */
    ResultTally results() {
        return results;
    }

    /** Returns the length of the frame so far. */
    int length() {
        return length;
    }

    /** Returns where the next result's payload goes. */
    int payloadOffset() {
        return length + RESULT_HEADER_LENGTH;
    }

    /**
     * Adds a result whose payload stands at {@link #payloadOffset()}.
     *
     * @param outcomeCode with {@link FrameLayout#RECORD_KEPT} where that is so.
     */
    void add(long sequence, int subStream, int outcomeCode, int payloadLength) {
        int result = length;
        int end = result + RESULT_HEADER_LENGTH + payloadLength;
        length = result + resultLength(payloadLength);
        buffer.putLong(result, sequence, LITTLE_ENDIAN);
        int word = payloadLength | outcomeCode << 24;
        buffer.putLong(
                result + RESULT_SUB_STREAM_OFFSET,
                Integer.toUnsignedLong(subStream) | (long) word << Integer.SIZE,
                LITTLE_ENDIAN);
        for (int i = end; i < length; i++) {
            buffer.putByte(i, (byte) 0);
        }
        count++;
        results.add(sequence, outcomeCode & ~RECORD_KEPT);
    }

    /**
     * Completes the frame: {@link #bytes()} are to be written.
     *
     * @param segment      with the frames before it.
     * @param acknowledged position up to which all is.
     */
    void finish(int type, SegmentTally segment, long acknowledged, long lowWatermark, long timeNs) {
        highestSequence = Math.max(stamps.highestSequence, results.highest());
        latestTimeNs = Math.max(stamps.latestTimeNs, timeNs);
        buffer.putInt(MAGIC_OFFSET, MAGIC | VERSION << 24, LITTLE_ENDIAN);
        buffer.putInt(LENGTH_OFFSET, length, LITTLE_ENDIAN);
        buffer.putInt(TYPE_OFFSET, type, LITTLE_ENDIAN);
        buffer.putInt(JOURNAL_OFFSET, segment.journal(), LITTLE_ENDIAN);
        buffer.putInt(SEGMENT_OFFSET, (int) segment.number(), LITTLE_ENDIAN);
        buffer.putInt(ORDINAL_OFFSET, segment.frames(), LITTLE_ENDIAN);
        buffer.putInt(COUNT_OFFSET, count, LITTLE_ENDIAN);
        buffer.putLong(LOW_WATERMARK_OFFSET, lowWatermark, LITTLE_ENDIAN);
        buffer.putLong(HIGHEST_SEQUENCE_OFFSET, highestSequence, LITTLE_ENDIAN);
        buffer.putLong(TIME_OFFSET, timeNs, LITTLE_ENDIAN);
        buffer.putLong(LATEST_TIME_OFFSET, latestTimeNs, LITTLE_ENDIAN);
        buffer.putLong(ACKNOWLEDGED_OFFSET, acknowledged, LITTLE_ENDIAN);
        buffer.putLong(CHAIN_OFFSET, segment.frameChain(), LITTLE_ENDIAN);
        ByteBuffer bytes = buffer.byteBuffer();
        buffer.putInt(CRC_OFFSET, checksum(crc, bytes, 0, length), LITTLE_ENDIAN);
        bytes.clear();
    }

    /** Returns the finished frame: the rest of this buffer, in the memory of {@link #buffer()}. */
    ByteBuffer bytes() {
        return buffer.byteBuffer().limit(length).position(0);
    }

    /** Counts the finished frame as written: frames after it state its results, which they must not if it was not written. */
    void written() {
        stamps.highestSequence = highestSequence;
        stamps.latestTimeNs = latestTimeNs;
    }

    /** Begins the next frame. */
    void reset() {
        length = HEADER_LENGTH;
        count = 0;
        results.clear();
    }

    /** Moves a payload that was staged for the frame before to {@link #payloadOffset()}. */
    void keep(int payloadOffset, int payloadLength) {
        buffer.putBytes(payloadOffset(), buffer, payloadOffset, payloadLength);
    }

    /** Returns the length of a segment head. */
    static long headLength(List<JournalGroup> groups) {
        long length = HEADER_LENGTH + HEAD_GROUPS_OFFSET;
        for (JournalGroup group : groups) {
            int nameLength = group.name().getBytes(StandardCharsets.UTF_8).length;
            length += GROUP_HEADER_LENGTH + BitUtil.align(nameLength, GROUP_ALIGNMENT);
        }
        return BitUtil.align(length, ALIGNMENT);
    }

    /**
     * Fills the body of a segment head.
     *
     * @param before chain hash of the segment before.
     * @param epoch  epoch of the writer.
     * @param bootId boot id of the machine.
     */
    void head(Durability durability, ChainHash.Value before, long epoch, BootId bootId, List<JournalGroup> groups) {
        reset();
        int body = HEADER_LENGTH;
        buffer.putInt(body + HEAD_DURABILITY_OFFSET, durability.code(), LITTLE_ENDIAN);
        before.write(buffer, body + HEAD_CHAIN_OFFSET);
        buffer.putInt(body + HEAD_GROUP_COUNT_OFFSET, groups.size(), LITTLE_ENDIAN);
        buffer.putLong(body + HEAD_EPOCH_OFFSET, epoch, LITTLE_ENDIAN);
        bootId.write(buffer, body + HEAD_BOOT_ID_OFFSET);
        int offset = body + HEAD_GROUPS_OFFSET;
        for (JournalGroup group : groups) {
            byte[] name = group.name().getBytes(StandardCharsets.UTF_8);
            buffer.putInt(offset, group.weight(), LITTLE_ENDIAN);
            buffer.putInt(offset + 4, group.firstSubStream(), LITTLE_ENDIAN);
            buffer.putInt(offset + 8, group.subStreams(), LITTLE_ENDIAN);
            buffer.putInt(offset + 12, name.length, LITTLE_ENDIAN);
            int end = offset + GROUP_HEADER_LENGTH + BitUtil.align(name.length, GROUP_ALIGNMENT);
            buffer.putInt(end - GROUP_ALIGNMENT, 0, LITTLE_ENDIAN);
            buffer.putBytes(offset + GROUP_HEADER_LENGTH, name);
            offset = end;
        }
        length = BitUtil.align(offset, ALIGNMENT);
        if (length > offset) {
            buffer.putInt(offset, 0, LITTLE_ENDIAN);
        }
    }

    /** Fills the body of a segment end. */
    void end(long results, SegmentEnd end, ChainHash.Value chain) {
        reset();
        int body = HEADER_LENGTH;
        buffer.putLong(body + END_RESULTS_OFFSET, results, LITTLE_ENDIAN);
        buffer.putInt(body + END_REASON_OFFSET, end.code(), LITTLE_ENDIAN);
        buffer.putInt(body + END_REASON_OFFSET + 4, 0, LITTLE_ENDIAN);
        chain.write(buffer, body + END_CHAIN_OFFSET);
        length = body + END_LENGTH;
    }

    @Override
    public void close() {
        BufferUtil.free(buffer.byteBuffer());
    }
}
