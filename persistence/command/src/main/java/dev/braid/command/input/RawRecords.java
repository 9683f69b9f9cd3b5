package dev.braid.command.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Divides the input into raw records, whose bytes are examined in place. Their length is bounded, for inputs whose records do
 * not end. Their bytes are checked, never guessed.
 */
abstract class RawRecords {
    /** Default bound on a record's length in bytes. */
    static final int DEFAULT_MAX_LENGTH = 16 * 1024 * 1024;

    private static final byte[] MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

    final InputBytes in;
    final TextEncoding encoding;
    final int maxLength;

    /** Start of the present record. */
    int start;

    int length;
    boolean isTooLong;
    /** All bytes of the record less 1, or-ed: negative unless all are ASCII, without a byte 0. */
    int bits;
    /** Line in which the present record begins, from 1. */
    long lineNumber;

    RawRecords(InputBytes in, TextEncoding encoding, int maxLength) {
        this.in = in;
        this.encoding = encoding;
        this.maxLength = maxLength;
    }

    /** Goes to the next record, and returns whether there is one. */
    abstract boolean next() throws IOException;

    /** Returns why the present record cannot be read, or {@code null} if it can. */
    String problem() {
        if (isTooLong) {
            return "longer than " + maxLength + " bytes";
        }
        if (bits >= 0) {
            return null;
        }
        int invalid = Utf8.firstInvalid(in.buffer(), start, start + length);
        if (invalid >= 0) {
            return encoding.problem(in.buffer(), start, invalid);
        }
        return beginsWithMark() ? "begins with a byte order mark: another text begins here" : null;
    }

    /** It would be a part of the first field, which nobody sees, and make a key of its own. */
    private boolean beginsWithMark() {
        return length >= MARK.length && Arrays.equals(in.buffer(), start, start + MARK.length, MARK, 0, MARK.length);
    }

    /** Returns the number of the line in which the present record begins, from 1. */
    final long lineNumber() {
        return lineNumber;
    }

    /** Returns the buffer that holds the present record until {@link #next()}. */
    final byte[] buffer() {
        return in.buffer();
    }

    final int offset() {
        return start;
    }

    final int length() {
        return length;
    }

    /** Returns the record as text, with replacement characters if it has a {@link #problem()}. */
    final String text() {
        return new String(in.buffer(), start, length, bits < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }
}
