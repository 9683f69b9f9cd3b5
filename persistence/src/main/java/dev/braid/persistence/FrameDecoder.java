package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.engine.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a frame in place, and walks over its results. It trusts the frame's checksum; {@link #isWellFormed()} must have
 * been asked once before results are read.
 */
final class FrameDecoder {
    private static final DirectBuffer NOTHING = new UnsafeBuffer(0, 0);

    private DirectBuffer buffer = NOTHING;
    private int frame;
    private int result;
    private int next;
    private int remaining;

    /** Stands on a frame, before its first result. */
    void wrap(DirectBuffer buffer, int frame) {
        this.buffer = buffer;
        this.frame = frame;
        this.next = frame + HEADER_LENGTH;
        this.remaining = resultCount();
    }

    /** Stands before the first result again. */
    void rewind() {
        wrap(buffer, frame);
    }

    /** Stands on no frame. */
    void clear() {
        buffer = NOTHING;
        remaining = 0;
    }

    boolean isPresent() {
        return buffer != NOTHING;
    }

    /** Where the frame begins in its buffer. */
    int offset() {
        return frame;
    }

    int version() {
        return FrameLayout.version(buffer, frame);
    }

    int length() {
        return buffer.getInt(frame + LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    int type() {
        return buffer.getInt(frame + TYPE_OFFSET, LITTLE_ENDIAN);
    }

    int crc() {
        return buffer.getInt(frame + CRC_OFFSET, LITTLE_ENDIAN);
    }

    int journal() {
        return buffer.getInt(frame + JOURNAL_OFFSET, LITTLE_ENDIAN);
    }

    int segment() {
        return buffer.getInt(frame + SEGMENT_OFFSET, LITTLE_ENDIAN);
    }

    int ordinal() {
        return buffer.getInt(frame + ORDINAL_OFFSET, LITTLE_ENDIAN);
    }

    long lowWatermark() {
        return buffer.getLong(frame + LOW_WATERMARK_OFFSET, LITTLE_ENDIAN);
    }

    long timeNs() {
        return buffer.getLong(frame + TIME_OFFSET, LITTLE_ENDIAN);
    }

    int resultCount() {
        return buffer.getInt(frame + COUNT_OFFSET, LITTLE_ENDIAN);
    }

    /** Of all frames of the journal up to this one. */
    long highestSequence() {
        return buffer.getLong(frame + HIGHEST_SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    /** Of all frames of the journal up to this one. */
    long latestTimeNs() {
        return buffer.getLong(frame + LATEST_TIME_OFFSET, LITTLE_ENDIAN);
    }

    /** Whether type, lengths and outcomes agree with each other, so that nothing outside of the frame will be read. */
    boolean isWellFormed() {
        return switch (type()) {
            case TYPE_HEAD -> resultCount() == 0 && readGroups(null) && durability() != null;
            case TYPE_RESULTS -> isWellFormedResults();
            case TYPE_END -> resultCount() == 0 && length() == END_LENGTH && SegmentEnd.ofCode(endCode()) != null;
            default -> false;
        };
    }

    private boolean isWellFormedResults() {
        int end = frame + length();
        int offset = frame + HEADER_LENGTH;
        for (int i = resultCount(); i > 0; i--) {
            if (end - offset < RESULT_HEADER_LENGTH) {
                return false;
            }
            int word = buffer.getInt(offset + RESULT_LENGTH_OFFSET, LITTLE_ENDIAN);
            offset += resultLength(word & MAX_PAYLOAD_LENGTH);
            if (offset > end || Outcome.ofCode(word >>> 24) == null) {
                return false;
            }
        }
        return offset == end && resultCount() >= 0;
    }

    /** Goes to the next result; {@code false} if there is none. */
    boolean nextResult() {
        if (remaining == 0) {
            return false;
        }
        remaining--;
        result = next;
        next = result + resultLength(payloadLength());
        return true;
    }

    long sequence() {
        return buffer.getLong(result, LITTLE_ENDIAN);
    }

    int subStream() {
        return buffer.getInt(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN);
    }

    int outcomeCode() {
        return buffer.getInt(result + RESULT_LENGTH_OFFSET, LITTLE_ENDIAN) >>> 24;
    }

    Outcome outcome() {
        return Outcome.ofCode(outcomeCode());
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int payloadOffset() {
        return result + RESULT_HEADER_LENGTH;
    }

    int payloadLength() {
        return buffer.getInt(result + RESULT_LENGTH_OFFSET, LITTLE_ENDIAN) & MAX_PAYLOAD_LENGTH;
    }

    /** Of a segment head, {@code null} if it is none that is known. */
    Durability durability() {
        return Durability.ofCode(buffer.getInt(frame + HEAD_DURABILITY_OFFSET, LITTLE_ENDIAN));
    }

    /** Of a segment head: the chain hash of the segment before; of a segment end: that of the segment. */
    ChainHash.Value chain() {
        return ChainHash.Value.read(buffer, frame + (type() == TYPE_HEAD ? HEAD_CHAIN_OFFSET : END_CHAIN_OFFSET));
    }

    /** Of a segment head. */
    List<JournalGroup> groups() {
        List<JournalGroup> groups = new ArrayList<>();
        readGroups(groups);
        return List.copyOf(groups);
    }

    /** Of a segment end: how many results the segment holds. */
    long results() {
        return buffer.getLong(frame + END_RESULTS_OFFSET, LITTLE_ENDIAN);
    }

    /** Of a segment end. */
    SegmentEnd end() {
        return SegmentEnd.ofCode(endCode());
    }

    private int endCode() {
        return buffer.getInt(frame + END_REASON_OFFSET, LITTLE_ENDIAN);
    }

    private boolean readGroups(List<JournalGroup> groups) {
        int end = frame + length();
        if (end < frame + HEAD_GROUPS_OFFSET) {
            return false;
        }
        int offset = frame + HEAD_GROUPS_OFFSET;
        for (int i = buffer.getInt(frame + HEAD_GROUP_COUNT_OFFSET, LITTLE_ENDIAN); i > 0; i--) {
            int name = offset + GROUP_HEADER_LENGTH;
            if (name > end) {
                return false;
            }
            int nameLength = buffer.getInt(name - 4, LITTLE_ENDIAN);
            if (nameLength < 0 || nameLength > end - name) {
                return false;
            }
            if (groups != null) {
                groups.add(new JournalGroup(
                        buffer.getStringWithoutLengthUtf8(name, nameLength),
                        buffer.getInt(offset, LITTLE_ENDIAN),
                        buffer.getInt(offset + 4, LITTLE_ENDIAN),
                        buffer.getInt(offset + 8, LITTLE_ENDIAN)));
            }
            offset = name + BitUtil.align(nameLength, GROUP_ALIGNMENT);
        }
        return BitUtil.align(offset - frame, ALIGNMENT) == length();
    }
}
