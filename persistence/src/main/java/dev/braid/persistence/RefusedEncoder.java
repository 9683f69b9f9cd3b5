package dev.braid.persistence;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.braid.engine.UnfilledRecordException;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * Puts together what a journal keeps of a record that was refused: the reason, and the record by its codec. Where the codec
 * cannot write it, the reason says so, and is all. For one thread. Makes garbage where there is a reason.
 *
 * @param <E> type of the records.
 */
final class RefusedEncoder<E> {
    private static final int MAX_REASON_LENGTH = 1024;
    private static final int MAX_NOTE_LENGTH = 256;
    private static final byte[] EMPTY = {};

    private final RecordCodec<? super E> codec;
    private final int maxLength;
    private final int maxReasonLength;
    private boolean isKept;

    /** @param maxLength maximum length of a payload. */
    RefusedEncoder(RecordCodec<? super E> codec, int maxLength) {
        this.codec = codec;
        this.maxLength = maxLength;
        this.maxReasonLength = Math.min(MAX_REASON_LENGTH, maxLength / 2); // So that there is room for the record.
    }

    /**
     * Writes what is kept of a record.
     *
     * @param cause reason why it failed, {@code null} if it was shed.
     * @return its length; see {@link #isKept()}.
     */
    int encode(E record, Throwable cause, MutableDirectBuffer buffer, int offset) {
        byte[] reason = cause == null ? EMPTY : utf8(text(cause));
        int reasonLength = fitting(reason, maxReasonLength);
        isKept = false;
        if (cause instanceof UnfilledRecordException) {
            return put(reason, reasonLength, buffer, offset); // What is in it may be of another record.
        }
        int prefix = FrameLayout.REASON_OFFSET + reasonLength;
        String problem;
        try {
            int recordLength = codec.encode(record, buffer, offset + prefix);
            if (recordLength >= 0 && recordLength <= maxLength - prefix) {
                isKept = true;
                buffer.putInt(offset, reasonLength, LITTLE_ENDIAN);
                buffer.putBytes(offset + FrameLayout.REASON_OFFSET, reason, 0, reasonLength);
                return prefix + recordLength;
            }
            problem = "it takes " + recordLength + " bytes, but there is room for 0 to " + (maxLength - prefix)
                    + ": see maxFrameLength";
        } catch (RuntimeException e) {
            problem = "its codec threw " + e;
        }
        return putWithNote(reason, problem, buffer, offset);
    }

    /** Tells whether the last record was kept in addition to its reason. */
    boolean isKept() {
        return isKept;
    }

    private int putWithNote(byte[] reason, String problem, MutableDirectBuffer buffer, int offset) {
        byte[] why = utf8(problem);
        String shortened = new String(why, 0, fitting(why, MAX_NOTE_LENGTH), StandardCharsets.UTF_8);
        byte[] note = utf8((reason.length > 0 ? " (" : "") + "the record is not kept: " + shortened
                + (reason.length > 0 ? ")" : ""));
        int reasonLength = put(reason, fitting(reason, maxReasonLength - note.length), buffer, offset);
        return reasonLength + put(note, note.length, buffer, offset + reasonLength);
    }

    private static int put(byte[] bytes, int length, MutableDirectBuffer buffer, int offset) {
        buffer.putBytes(offset, bytes, 0, length);
        return length;
    }

    private static String text(Throwable cause) {
        String message = messageOf(cause);
        return message == null || message.isBlank() ? cause.getClass().getName() : message;
    }

    /** An exception that cannot say why it was thrown is no reason to halt the engine. */
    private static String messageOf(Throwable cause) {
        try {
            return cause.getMessage();
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns how many bytes fit without cutting a character. */
    private static int fitting(byte[] utf8, int max) {
        int length = Math.max(0, Math.min(utf8.length, max));
        while (length > 0 && length < utf8.length && (utf8[length] & 0xC0) == 0x80) {
            length--;
        }
        return length;
    }
}
