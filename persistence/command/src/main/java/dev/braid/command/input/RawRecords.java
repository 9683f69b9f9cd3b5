package dev.braid.command.input;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Divides the input into raw records, whose bytes are examined in place. Their length is bounded, for inputs whose records do
 * not end. Their bytes are checked, never guessed.
 */
abstract class RawRecords {
    /** Default bound on a record's length in bytes. */
    static final int DEFAULT_MAX_LENGTH = 16 * 1024 * 1024;

    final InputBytes in;
    final TextEncoding encoding;
    final int maxLength;

    /** Start of the present record. */
    int start;

    int length;
    boolean isTooLong;
    /** All bytes of the record, or-ed: negative if not all are ASCII. */
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
        int invalid = bits < 0 ? Utf8.firstInvalid(in.buffer(), start, start + length) : -1;
        return invalid < 0 ? null : encoding.problem(in.buffer(), start, invalid);
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
