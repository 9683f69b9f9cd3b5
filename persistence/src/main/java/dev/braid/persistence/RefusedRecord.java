package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * What a journal has of a record that was {@link dev.braid.engine.Outcome#FAILED} or {@link dev.braid.engine.Outcome#SHED}: why
 * it was refused, and the record itself where that was kept. A view of a reader's buffer: only valid during the call of
 * {@link ResultHandler#onRefused}.
 * <p>
 * <b>The record</b> is what the {@link RecordCodec} wrote: if it was shed, as it was published; if it failed, as it was when
 * the exception was thrown. It is not kept where the codec could not write it, or wrote more than a frame has room for, both of
 * which the reason says then; where its publisher did not fill it; and in journals of version 1.
 */
public final class RefusedRecord {
    private static final int NOT_KEPT = -1;

    private DirectBuffer buffer;
    private int offset;
    private int length;
    private int reasonOffset;
    private int reasonLength;
    private int recordLength = NOT_KEPT;

    RefusedRecord() {}

    /**
     * Becomes a view of a payload.
     *
     * @param isKept whether the record is in it, see {@link FrameLayout#RECORD_KEPT}. Then {@link #isPossible} must have been
     *               asked.
     */
    RefusedRecord wrap(DirectBuffer buffer, int offset, int length, boolean isKept) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.reasonOffset = isKept ? offset + FrameLayout.REASON_OFFSET : offset;
        this.reasonLength = isKept ? buffer.getInt(offset, LITTLE_ENDIAN) : length;
        this.recordLength = isKept ? length - FrameLayout.REASON_OFFSET - reasonLength : NOT_KEPT;
        return this;
    }

    /** Tells whether a payload that is said to have a record agrees with its own length. */
    static boolean isPossible(DirectBuffer buffer, int offset, int length) {
        if (length < FrameLayout.REASON_OFFSET) {
            return false;
        }
        int reasonLength = buffer.getInt(offset, LITTLE_ENDIAN);
        return reasonLength >= 0 && reasonLength <= length - FrameLayout.REASON_OFFSET;
    }

    /**
     * Tells whether the record was kept.
     *
     * @return {@code false} if there is only a reason.
     */
    public boolean isKept() {
        return recordLength != NOT_KEPT;
    }

    /**
     * Holds reason and record.
     *
     * @return the reader's buffer.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * Returns the offset of the record.
     *
     * @return an offset in bytes.
     * @throws IllegalStateException if it was not kept.
     */
    public int recordOffset() {
        checkKept();
        return reasonOffset + reasonLength;
    }

    /**
     * Returns the length of the record.
     *
     * @return in bytes, as {@link RecordCodec#encode} returned it.
     * @throws IllegalStateException if it was not kept.
     */
    public int recordLength() {
        checkKept();
        return recordLength;
    }

    private void checkKept() {
        if (!isKept()) {
            throw new IllegalStateException("the record was not kept: ask isKept()");
        }
    }

    /**
     * Returns the offset of the reason.
     *
     * @return an offset in bytes.
     */
    public int reasonOffset() {
        return reasonOffset;
    }

    /**
     * Returns the length of the reason.
     *
     * @return in bytes of UTF-8; 0 for a record that was shed and kept.
     */
    public int reasonLength() {
        return reasonLength;
    }

    /**
     * Why the record was refused. Makes garbage.
     *
     * @return the message of the exception, or its class where it had none; empty for a record that was shed and kept.
     */
    public String reason() {
        return buffer.getStringWithoutLengthUtf8(reasonOffset, reasonLength);
    }

    /** Returns the offset of the reason and the record together. */
    int offset() {
        return offset;
    }

    /** Returns the length of the reason and the record together. */
    int length() {
        return length;
    }
}
