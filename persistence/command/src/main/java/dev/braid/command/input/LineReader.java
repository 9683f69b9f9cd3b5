package dev.braid.command.input;

import java.io.IOException;

/** Reads lines that end with LF or CR LF. */
final class LineReader extends RawRecords {
    private int next;
    private boolean carriageReturn;

    /** @param maxLength of a line, in bytes. */
    LineReader(InputBytes in, TextEncoding encoding, int maxLength) {
        super(in, encoding, maxLength);
    }

    /** Goes to the next line. An empty rest after the last line end is not a line. */
    @Override
    boolean next() throws IOException {
        isTooLong = false;
        bits = 0;
        start = next;
        int end = find();
        while (end < 0 && !in.isAtEnd()) {
            if (in.limit() - start > maxLength) {
                isTooLong = true;
                in.drop(start); // What there is of it, and what is to come.
                next = start;
            }
            fill();
            end = find();
        }
        if (end < 0) {
            if (in.limit() == start && !isTooLong) {
                in.checkEnd();
                return false;
            }
            end = in.limit();
            next = end;
        } else {
            next = end + 1;
        }
        length = end - start;
        carriageReturn = length > 0 && in.buffer()[end - 1] == '\r' && next > end;
        if (carriageReturn) {
            length--;
        }
        isTooLong |= length > maxLength;
        lineNumber++;
        return true;
    }

    /** Returns the end of the line that begins at {@code start}, or -1. Examines each byte once. */
    private int find() {
        byte[] bytes = in.buffer();
        int limit = in.limit();
        int or = 0;
        int i = next;
        while (i < limit && bytes[i] != '\n') {
            or |= bytes[i++] - 1;
        }
        bits |= or;
        next = i;
        return i < limit ? i : -1;
    }

    private void fill() throws IOException {
        next -= start;
        in.fill(start);
        start = 0;
    }

    /** Whether the line ended with CR LF, and not only with LF. */
    boolean endsWithCarriageReturn() {
        return carriageReturn;
    }
}
