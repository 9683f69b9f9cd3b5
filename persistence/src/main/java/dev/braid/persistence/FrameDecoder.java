package dev.braid.persistence;

import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.engine.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a frame in place, and walks over its results. {@link #isWellFormed()} must have been asked once. It does not go
 * over the results, for doing so twice is a good part of what reading costs: see {@link #areResultsWellFormed()}.
 */
final class FrameDecoder {
    /** The uppermost bit of the word that has outcome and length. */
    private static final int OUTCOME_SHIFT = 24;

    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final RefusedRecord refused = new RefusedRecord();
    private int headerLength;
    private int next;
    private int remaining;
    private long timeNs;
    private long highestSequence;
    private long highestResult;

    // Of the present result:
    private long sequence;
    private int subStream;
    private int payload;
    private int payloadLength;
    private int outcomeCode;
    private boolean isRecordKept;

    /** Stands on a frame, before its first result. */
    void wrap(DirectBuffer buffer, int offset) {
        frame.wrap(buffer, offset, buffer.getInt(offset + LENGTH_OFFSET, LITTLE_ENDIAN));
        headerLength = FrameLayout.headerLength(version());
        timeNs = frame.getLong(TIME_OFFSET, LITTLE_ENDIAN);
        highestSequence = frame.getLong(HIGHEST_SEQUENCE_OFFSET, LITTLE_ENDIAN);
        rewind();
    }

    /** Stands before the first result again. */
    void rewind() {
        next = headerLength;
        remaining = resultCount();
    }

    /** Stands on no frame. */
    void clear() {
        frame.wrap(0, 0);
        remaining = 0;
    }

    int version() {
        return FrameLayout.version(frame, 0);
    }

    int length() {
        return frame.getInt(LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    int type() {
        return frame.getInt(TYPE_OFFSET, LITTLE_ENDIAN);
    }

    int crc() {
        return frame.getInt(CRC_OFFSET, LITTLE_ENDIAN);
    }

    int journal() {
        return frame.getInt(JOURNAL_OFFSET, LITTLE_ENDIAN);
    }

    int segment() {
        return frame.getInt(SEGMENT_OFFSET, LITTLE_ENDIAN);
    }

    int ordinal() {
        return frame.getInt(ORDINAL_OFFSET, LITTLE_ENDIAN);
    }

    long lowWatermark() {
        return frame.getLong(LOW_WATERMARK_OFFSET, LITTLE_ENDIAN);
    }

    long timeNs() {
        return timeNs;
    }

    int resultCount() {
        return frame.getInt(COUNT_OFFSET, LITTLE_ENDIAN);
    }

    /** Returns the highest sequence of all frames of the journal up to this one. */
    long highestSequence() {
        return highestSequence;
    }

    /** Returns the latest time of all frames of the journal up to this one. */
    long latestTimeNs() {
        return frame.getLong(LATEST_TIME_OFFSET, LITTLE_ENDIAN);
    }

    /** The position up to which all was acknowledged when this was written; 0, which is nothing, if it does not say. */
    long acknowledged() {
        return version() == FIRST_VERSION ? 0 : frame.getLong(ACKNOWLEDGED_OFFSET, LITTLE_ENDIAN);
    }

    /** Hash of all frames before this one: see {@link FrameChain}. Not of one of version 1, which has none. */
    long frameChain() {
        return frame.getLong(CHAIN_OFFSET, LITTLE_ENDIAN);
    }

    /** Whether type, lengths and outcomes agree with each other, so that nothing outside of the frame will be read. */
    boolean isWellFormed() {
        return length() >= headerLength
                && ordinal() >= 0
                && ordinal() < MAX_FRAMES
                && lowWatermark() >= -1
                && lowWatermark() <= highestSequence()
                && highestSequence() <= MAX_SEQUENCE
                && (highestSequence() >= 0 || resultCount() == 0)
                && (version() == FIRST_VERSION || isAcknowledgedBefore())
                && isBodyWellFormed();
    }

    private boolean isBodyWellFormed() {
        return switch (type()) {
            case TYPE_HEAD ->
                resultCount() == 0
                        && HeadGroups.read(frame, headerLength, null)
                        && durability() != null
                        && isEpochPossible();
            case TYPE_RESULTS ->
                resultCount() >= 0 && resultCount() <= (length() - headerLength) / RESULT_HEADER_LENGTH;
            case TYPE_END ->
                resultCount() == 0
                        && length() == headerLength + END_LENGTH
                        && results() >= 0
                        && SegmentEnd.ofCode(endCode()) != null;
            default -> false;
        };
    }

    /** No frame says that itself or one after it was acknowledged. */
    private boolean isAcknowledgedBefore() {
        return acknowledged() >= 0
                && acknowledged() <= FramePlace.position(Integer.toUnsignedLong(segment()), ordinal());
    }

    private boolean isEpochPossible() {
        return epoch() >= 0 && epoch() <= MAX_EPOCH;
    }

    /** Whether lengths and outcomes of the results agree with the frame's length. */
    boolean areResultsWellFormed() {
        highestResult = -1;
        if (type() != TYPE_RESULTS) {
            return true;
        }
        int end = length();
        int offset = headerLength;
        for (int i = resultCount(); i > 0; i--) {
            if (end - offset < RESULT_HEADER_LENGTH) {
                return false;
            }
            int result = offset;
            int word = frame.getInt(result + RESULT_LENGTH_OFFSET, LITTLE_ENDIAN);
            offset += resultLength(word & MAX_PAYLOAD_LENGTH);
            if (offset > end || outcomeOf(word) == null || !isPayloadPossible(word, result) || !isPossible(result)) {
                return false;
            }
            highestResult = Math.max(highestResult, frame.getLong(result, LITTLE_ENDIAN));
        }
        return offset == end;
    }

    /** Highest sequence of the results, -1 for none; once it was asked whether they are well formed. */
    long highestResult() {
        return highestResult;
    }

    private boolean isPossible(int result) {
        return isPossible(frame.getLong(result, LITTLE_ENDIAN))
                && frame.getInt(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN) >= -1;
    }

    /** Neither negative nor beyond what the frame says is the highest. */
    private boolean isPossible(long resultSequence) {
        return Long.compareUnsigned(resultSequence, highestSequence) <= 0;
    }

    /**
     * Goes to the next result; {@code false} if there is none.
     *
     * @throws JournalException if what the result says contradicts the frame, whose checksum is right.
     */
    boolean nextResult() {
        if (remaining == 0) {
            return false;
        }
        remaining--;
        int result = next;
        if (frame.capacity() - result < RESULT_HEADER_LENGTH) {
            throw contradiction();
        }
        sequence = frame.getLong(result, LITTLE_ENDIAN);
        subStream = frame.getInt(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN);
        int word = frame.getInt(result + RESULT_LENGTH_OFFSET, LITTLE_ENDIAN);
        payload = result + RESULT_HEADER_LENGTH;
        payloadLength = word & MAX_PAYLOAD_LENGTH;
        outcomeCode = word >>> OUTCOME_SHIFT & ~RECORD_KEPT;
        isRecordKept = word < 0;
        next = result + resultLength(payloadLength);
        if (next > frame.capacity()
                || outcomeOf(word) == null
                || !isPayloadPossible(word, result)
                || subStream < -1
                || !isPossible(sequence)) {
            throw contradiction();
        }
        return true;
    }

    /** The outcome in the word that has it; {@code null} if there is none that is known. */
    private static Outcome outcomeOf(int word) {
        Outcome outcome = Outcome.ofCode(word >>> OUTCOME_SHIFT & ~RECORD_KEPT);
        return word >= 0 || isRefused(outcome) ? outcome : null;
    }

    /** Whether the payload of a result, all of which is in the frame, agrees with its own length. */
    private boolean isPayloadPossible(int word, int result) {
        return word >= 0
                || version() != FIRST_VERSION
                        && RefusedRecord.isPossible(frame, result + RESULT_HEADER_LENGTH, word & MAX_PAYLOAD_LENGTH);
    }

    /** Whether results with this outcome have a reason instead of what a handler wrote. */
    static boolean isRefused(Outcome outcome) {
        return outcome == Outcome.FAILED || outcome == Outcome.SHED;
    }

    /** Delivers the present result. */
    void deliver(ResultHandler handler) {
        Outcome outcome = outcome();
        if (isRefused(outcome)) {
            refused.wrap(frame, payload, payloadLength, isRecordKept);
            handler.onRefused(sequence, subStream, outcome, timeNs, refused);
        } else {
            handler.onResult(sequence, subStream, outcome, timeNs, frame, payload, payloadLength);
        }
    }

    /**
     * Delivers the results after the present one: the same as {@link #nextResult()} one by one, but in a single loop that
     * keeps in registers where it stands, for beside copying and checksums there is little else that reading costs.
     *
     * @param first        results with a lower sequence are passed over.
     * @param last         results with a higher sequence are passed over.
     * @param isInSequence whether to stop before a result that has not the sequence {@code first}, or one more than the
     *                     result before.
     * @param limit        how many at most.
     * @return how many were delivered.
     * @throws JournalException if what a result says contradicts the frame, whose checksum is right.
     */
    int deliver(ResultHandler handler, long first, long last, boolean isInSequence, int limit) {
        UnsafeBuffer bytes = frame;
        int end = bytes.capacity();
        int following = next;
        int left = remaining;
        int delivered = 0;
        int known = 0;
        int knownLength = 0;
        Outcome outcome = null;
        boolean isKnownRefused = false;
        while (left > 0 && delivered < limit) {
            int result = following;
            if (end - result < RESULT_HEADER_LENGTH) {
                return contradictionAfter(delivered);
            }
            long resultSequence = bytes.getLong(result, LITTLE_ENDIAN);
            long rest = bytes.getLong(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN);
            int word = (int) (rest >>> Integer.SIZE);
            // Mostly it is the word of the result before, and the processor does not wait for it to see the next
            // result.
            if (word != known) {
                known = word;
                knownLength = resultLength(word & MAX_PAYLOAD_LENGTH);
                outcome = outcomeOf(word);
                isKnownRefused = isRefused(outcome);
            }
            following = result + knownLength;
            if (following > end || outcome == null || !isPayloadPossible(word, result)) {
                return contradictionAfter(delivered);
            }
            if (isInSequence) {
                if (resultSequence != first + delivered) {
                    break;
                }
            } else if (!isPossible(resultSequence)) {
                return contradictionAfter(delivered);
            }
            next = following; // Before the handler throws.
            remaining = --left;
            if (resultSequence >= first && resultSequence <= last) {
                delivered++;
                int begin = result + RESULT_HEADER_LENGTH;
                int length = known & MAX_PAYLOAD_LENGTH;
                if (isKnownRefused) {
                    refused.wrap(bytes, begin, length, known < 0);
                    handler.onRefused(resultSequence, (int) rest, outcome, timeNs, refused);
                } else {
                    handler.onResult(resultSequence, (int) rest, outcome, timeNs, bytes, begin, length);
                }
            }
        }
        return delivered;
    }

    /** Returns how many results come after the present one. */
    int remaining() {
        return remaining;
    }

    /** What was delivered before it is to be known: it is thrown when it comes first. */
    private int contradictionAfter(int delivered) {
        if (delivered == 0) {
            throw contradiction();
        }
        return delivered;
    }

    private Contradiction contradiction() {
        return new Contradiction(this);
    }

    /** A frame's checksum is right, but one of its results contradicts it. */
    static final class Contradiction extends JournalException {
        private static final long serialVersionUID = 1;

        private final transient FrameDecoder frame;

        private Contradiction(FrameDecoder frame) {
            super("frame " + frame.ordinal() + " of segment " + frame.segment()
                    + " contradicts itself, though its checksum is right");
            this.frame = frame;
        }

        /** Whether it is this frame. */
        boolean isOf(FrameDecoder other) {
            return frame == other;
        }
    }

    long sequence() {
        return sequence;
    }

    int subStream() {
        return subStream;
    }

    int outcomeCode() {
        return outcomeCode;
    }

    /** Whether the payload has a record beside the reason. */
    boolean isRecordKept() {
        return isRecordKept;
    }

    Outcome outcome() {
        return Outcome.ofCode(outcomeCode);
    }

    /** Returns the frame's bytes. */
    DirectBuffer buffer() {
        return frame;
    }

    int payloadOffset() {
        return payload;
    }

    int payloadLength() {
        return payloadLength;
    }

    /** Returns the durability in a segment head; {@code null} if its code is unknown. */
    Durability durability() {
        return Durability.ofCode(frame.getInt(headerLength + HEAD_DURABILITY_OFFSET, LITTLE_ENDIAN));
    }

    /** Returns the chain hash: in a segment head of the segment before, in a segment end of the segment itself. */
    ChainHash.Value chain() {
        return ChainHash.Value.read(frame, headerLength + (type() == TYPE_HEAD ? HEAD_CHAIN_OFFSET : END_CHAIN_OFFSET));
    }

    /** Returns the epoch of the writer in a segment head, 0 if it has none. */
    long epoch() {
        return version() == FIRST_VERSION ? 0 : frame.getLong(headerLength + HEAD_EPOCH_OFFSET, LITTLE_ENDIAN);
    }

    /** Returns the machine's boot id in a segment head. */
    BootId bootId() {
        return version() == FIRST_VERSION ? BootId.NONE : BootId.read(frame, headerLength + HEAD_BOOT_ID_OFFSET);
    }

    /** Returns the groups in a segment head. */
    List<JournalGroup> groups() {
        List<JournalGroup> groups = new ArrayList<>();
        HeadGroups.read(frame, headerLength, groups);
        return List.copyOf(groups);
    }

    /** Returns the number of the segment's results in a segment end. */
    long results() {
        return frame.getLong(headerLength + END_RESULTS_OFFSET, LITTLE_ENDIAN);
    }

    /** Of a segment end. */
    SegmentEnd end() {
        return SegmentEnd.ofCode(endCode());
    }

    private int endCode() {
        return frame.getInt(headerLength + END_REASON_OFFSET, LITTLE_ENDIAN);
    }
}
