package dev.braid.command.input;

import java.io.IOException;

/**
 * The layout of JSON values: one on each line, or in an array, over several lines, or end to end. The beginning of the input
 * determines it without guessing: only input that cannot be one value on each line is read otherwise.
 */
final class JsonLayout {
    private final InputBytes in;
    private final int maxLength;

    private JsonLayout(InputBytes in, int maxLength) {
        this.in = in;
        this.maxLength = maxLength;
    }

    /** Divides the input according to its beginning. */
    static RawRecords divide(InputBytes in, TextEncoding encoding, int maxLength) throws IOException {
        return new JsonLayout(in, maxLength).isByLine()
                ? new LineReader(in, encoding, maxLength)
                : new JsonElements(in, encoding, maxLength);
    }

    private boolean isByLine() throws IOException {
        int i = nextNotBlank(0);
        if (at(i) != '{') {
            return at(i) != '[';
        }
        int depth = 0;
        boolean inString = false;
        do {
            int b = at(i);
            if (b < 0 || b == '\n' && inString) {
                return true;
            }
            if (inString) {
                inString = b != '"';
                i += b == '\\' ? 1 : 0;
            } else {
                inString = b == '"';
                depth += b == '{' || b == '[' ? 1 : b == '}' || b == ']' ? -1 : 0;
            }
            i++;
            if (b == '\n') {
                // Within an object no other can follow: so the first line is malformed, and this one is the next.
                return at(nextNotBlank(i)) == '{';
            }
        } while (depth > 0);
        while (at(i) == ' ' || at(i) == '\t') {
            i++;
        }
        return at(i) != '{';
    }

    private int nextNotBlank(int from) throws IOException {
        int i = from;
        while (at(i) == ' ' || at(i) == '\t' || at(i) == '\r' || at(i) == '\n') {
            i++;
        }
        return i;
    }

    /** Returns a byte, or -1 behind the end, or farther away than the length of a record. */
    private int at(int index) throws IOException {
        while (index >= in.limit() && index < maxLength && !in.isAtEnd()) {
            in.fill(0);
        }
        return index < in.limit() ? in.buffer()[index] & 0xFF : -1;
    }
}
