package dev.braid.persistence;

import static dev.braid.engine.Partitioner.NO_SUB_STREAM;
import static dev.braid.persistence.FrameLayout.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.engine.Outcome;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a frame in place, and walks over its results. {@link #isWellFormed()} must be asked before anything but the header is
 * read. It does not check the results, because a second walk over them is a considerable part of the cost of reading: results
 * are checked as they are read, or by {@link #areResultsWellFormed()}. For one thread.
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
    /** The rest of its header: the sub-stream in the lower half, the word with outcome and length in the upper one. */
    private long rest;

    private int payload;

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

    /**
     * Returns the highest offset at which a result may end that has this many results after it: their headers need room. So the
     * header of a result is within the frame if all before it ended where they must: a frame that is well formed has room for all.
     */
    private int latestEnd(int left) {
        return frame.capacity() - left * RESULT_HEADER_LENGTH;
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

    /** Returns the position up to which all was acknowledged when this was written; 0, which is none, if it does not say. */
    long acknowledged() {
        return version() == FIRST_VERSION ? 0 : frame.getLong(ACKNOWLEDGED_OFFSET, LITTLE_ENDIAN);
    }

    /** Returns the {@link FrameChain} of all frames before this one. A frame of version 1 has none. */
    long frameChain() {
        return frame.getLong(CHAIN_OFFSET, LITTLE_ENDIAN);
    }

    /** Tells whether header, type and lengths agree with each other, so that nothing outside of the frame will be read. */
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
            case TYPE_HEAD -> resultCount() == 0 && SegmentHead.isWellFormed(frame, headerLength);
            case TYPE_RESULTS ->
                resultCount() >= 0 && resultCount() <= (length() - headerLength) / RESULT_HEADER_LENGTH;
            case TYPE_END -> resultCount() == 0 && SegmentTrailer.isWellFormed(frame, headerLength);
            default -> false;
        };
    }

    /** Tells whether only frames before this one are declared as acknowledged. */
    private boolean isAcknowledgedBefore() {
        return acknowledged() >= 0
                && acknowledged() <= FramePlace.position(Integer.toUnsignedLong(segment()), ordinal());
    }

    /** Tells whether lengths and outcomes of the results agree with the frame's length. */
    boolean areResultsWellFormed() {
        highestResult = -1;
        if (type() != TYPE_RESULTS) {
            return true;
        }
        int following = headerLength;
        for (int left = resultCount() - 1; left >= 0; left--) {
            int result = following;
            int word = frame.getInt(result + RESULT_LENGTH_OFFSET, LITTLE_ENDIAN);
            following = result + resultLength(word & MAX_PAYLOAD_LENGTH);
            if (following > latestEnd(left) || !isReadable(outcomeOf(word), word, result) || !isPossible(result)) {
                return false;
            }
            highestResult = Math.max(highestResult, frame.getLong(result, LITTLE_ENDIAN));
        }
        return following == length();
    }

    /** Returns the highest sequence of the results, -1 for none; set by {@link #areResultsWellFormed()}. */
    long highestResult() {
        return highestResult;
    }

    private boolean isPossible(int result) {
        return isPossible(
                frame.getLong(result, LITTLE_ENDIAN), frame.getInt(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN));
    }

    /** Tells whether a result has a sequence up to the highest one that the frame declares, and a sub-stream that can exist. */
    private boolean isPossible(long itsSequence, int itsSubStream) {
        return Long.compareUnsigned(itsSequence, highestSequence) <= 0 && itsSubStream >= NO_SUB_STREAM;
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
        int result = next;
        sequence = frame.getLong(result, LITTLE_ENDIAN);
        rest = frame.getLong(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN);
        payload = result + RESULT_HEADER_LENGTH;
        int word = wordIn(rest);
        int following = result + resultLength(word & MAX_PAYLOAD_LENGTH);
        if (following > latestEnd(remaining - 1)
                || !isReadable(outcomeOf(word), word, result)
                || !isPossible(sequence, subStreamIn(rest))) {
            throw contradiction(); // Whenever it is asked: what follows cannot be found.
        }
        next = following;
        remaining--;
        return true;
    }

    private static int subStreamIn(long rest) {
        return (int) rest;
    }

    private static int wordIn(long rest) {
        return (int) (rest >>> Integer.SIZE);
    }

    /** Returns the outcome in the word that has it; {@code null} if its code is unknown. */
    private static Outcome outcomeOf(int word) {
        Outcome outcome = Outcome.ofCode(word >>> OUTCOME_SHIFT & ~RECORD_KEPT);
        return word >= 0 || isRefused(outcome) ? outcome : null;
    }

    /** Tells whether a result within the frame has a known outcome, and a record that agrees with its own length if it has one. */
    private boolean isReadable(Outcome outcome, int word, int result) {
        return outcome != null
                && (word >= 0
                        || version() != FIRST_VERSION
                                && RefusedRecord.isPossible(
                                        frame, result + RESULT_HEADER_LENGTH, word & MAX_PAYLOAD_LENGTH));
    }

    /** Tells whether results with this outcome have a reason instead of what a handler wrote. */
    static boolean isRefused(Outcome outcome) {
        return outcome == Outcome.FAILED || outcome == Outcome.SHED;
    }

    /** Delivers the present result. */
    void deliver(ResultHandler handler) {
        deliver(handler, sequence, rest, outcome(), payload);
    }

    private void deliver(ResultHandler handler, long itsSequence, long itsRest, Outcome outcome, int offset) {
        int word = wordIn(itsRest);
        int length = word & MAX_PAYLOAD_LENGTH;
        if (isRefused(outcome)) {
            refused.wrap(frame, offset, length, word < 0);
            handler.onRefused(itsSequence, subStreamIn(itsRest), outcome, timeNs, refused);
        } else {
            handler.onResult(itsSequence, subStreamIn(itsRest), outcome, timeNs, frame, offset, length);
        }
    }

    /**
     * Delivers the results after the present one, as {@link #nextResult()} and {@link #deliver(ResultHandler)} would one by one.
     * A single loop keeps its position in registers: beside copying and checksums, reading costs little else.
     *
     * @param first        results with a lower sequence are passed over.
     * @param last         results with a higher sequence are passed over.
     * @param isInSequence whether to stop before a result whose sequence is not {@code first} plus the number delivered.
     * @param limit        maximum number of results to deliver.
     * @return the number of results delivered.
     * @throws JournalException if a result contradicts the frame, whose checksum is right.
     */
    int deliver(ResultHandler handler, long first, long last, boolean isInSequence, int limit) {
        UnsafeBuffer bytes = frame;
        int end = bytes.capacity();
        // In sequence none is above the highest: one that is waits for nextResult(), which reports it.
        long most = isInSequence ? Math.min(limit, highestSequence - first + 1) : limit;
        int following = next;
        int left = remaining;
        int delivered = 0;
        int known = 0;
        int knownLength = 0;
        Outcome outcome = null;
        boolean isKnownRefused = false;
        while (left > 0 && delivered < most) {
            int result = following;
            if (end - result < RESULT_HEADER_LENGTH) {
                return contradictionAfter(delivered);
            }
            long itsSequence = bytes.getLong(result, LITTLE_ENDIAN);
            long itsRest = bytes.getLong(result + RESULT_SUB_STREAM_OFFSET, LITTLE_ENDIAN);
            int word = (int) (itsRest >>> Integer.SIZE);
            // Mostly it is the word before: then the processor finds the next result without waiting for this one.
            if (word != known) {
                known = word;
                knownLength = resultLength(word & MAX_PAYLOAD_LENGTH);
                outcome = outcomeOf(word);
                isKnownRefused = isRefused(outcome);
            }
            following = result + knownLength;
            if (following > end || (int) itsRest < NO_SUB_STREAM || !isReadable(outcome, word, result)) {
                return contradictionAfter(delivered);
            }
            if (isInSequence) {
                if (itsSequence != first + delivered) {
                    break;
                }
            } else if (Long.compareUnsigned(itsSequence, highestSequence) > 0) {
                return contradictionAfter(delivered);
            }
            next = following; // Before the handler throws.
            remaining = --left;
            if (itsSequence >= first && itsSequence <= last) {
                delivered++;
                int begin = result + RESULT_HEADER_LENGTH;
                int length = known & MAX_PAYLOAD_LENGTH;
                if (isKnownRefused) {
                    refused.wrap(bytes, begin, length, known < 0);
                    handler.onRefused(itsSequence, (int) itsRest, outcome, timeNs, refused);
                } else {
                    handler.onResult(itsSequence, (int) itsRest, outcome, timeNs, bytes, begin, length);
                }
            }
        }
        return delivered;
    }

    /** Throws if nothing was delivered; otherwise the contradiction is thrown when it is met again, first. */
    private int contradictionAfter(int delivered) {
        if (delivered == 0) {
            throw contradiction();
        }
        return delivered;
    }

    /** Returns how many results come after the present one. */
    int remaining() {
        return remaining;
    }

    private FrameContradiction contradiction() {
        return new FrameContradiction(this);
    }

    long sequence() {
        return sequence;
    }

    int subStream() {
        return subStreamIn(rest);
    }

    int outcomeCode() {
        return wordIn(rest) >>> OUTCOME_SHIFT & ~RECORD_KEPT;
    }

    /** Tells whether the payload has a record beside the reason. */
    boolean isRecordKept() {
        return wordIn(rest) < 0;
    }

    Outcome outcome() {
        return Outcome.ofCode(outcomeCode());
    }

    /** Returns the frame's bytes. */
    DirectBuffer buffer() {
        return frame;
    }

    int payloadOffset() {
        return payload;
    }

    int payloadLength() {
        return wordIn(rest) & MAX_PAYLOAD_LENGTH;
    }

    /** Reads the content of a frame of the type {@link FrameLayout#TYPE_HEAD}. */
    SegmentHead head() {
        return SegmentHead.read(frame, headerLength);
    }

    /** Reads the content of a frame of the type {@link FrameLayout#TYPE_END}. */
    SegmentTrailer trailer() {
        return SegmentTrailer.read(frame, headerLength);
    }
}
