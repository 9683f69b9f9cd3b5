package dev.braid.command.input;

import java.io.IOException;

/**
 * JSON values, one after another or in arrays, independent of line ends. Everything between brackets is one value: a value
 * that lacks a bracket extends to the end of the input, or to the bound on its length.
 */
final class JsonElements extends RawRecords {
    private int next;
    private long line = 1;

    private boolean inArray;
    private long lineOfArray;
    /** Within a value. */
    private int depth;

    private boolean inString;
    private boolean isEscaped;
    private String problem;

    /** @param maxLength of a value, in bytes. */
    JsonElements(InputBytes in, TextEncoding encoding, int maxLength) {
        super(in, encoding, maxLength);
    }

    @Override
    boolean next() throws IOException {
        isTooLong = false;
        bits = 0;
        problem = null;
        depth = 0;
        inString = false;
        isEscaped = false;
        boolean hasNext = findStart();
        start = next;
        length = 0;
        lineNumber = line;
        return hasNext ? findEnd() : isArrayCut();
    }

    /** Whether an array is not closed. That is a failed record of its own: something may be missing. */
    private boolean isArrayCut() throws IOException {
        if (!inArray) {
            in.checkEnd();
            return false;
        }
        problem = "the array that begins in line " + lineOfArray + " is not closed: the input ends too early";
        inArray = false;
        return true;
    }

    /** Skips everything between values. */
    private boolean findStart() throws IOException {
        while (true) {
            for (; next < in.limit(); next++) {
                switch (in.buffer()[next]) {
                    case '\n' -> line++;
                    case ' ', '\t', '\r' -> {}
                    case '[' -> {
                        if (inArray) {
                            return true;
                        }
                        inArray = true;
                        lineOfArray = line;
                    }
                    case ',' -> {
                        if (!inArray) {
                            return true;
                        }
                    }
                    case ']' -> {
                        if (!inArray) {
                            return true;
                        }
                        inArray = false;
                    }
                    default -> {
                        return true;
                    }
                }
            }
            if (in.isAtEnd()) {
                return false;
            }
            in.fill(next);
            next = 0;
        }
    }

    private boolean findEnd() throws IOException {
        while (true) {
            byte[] bytes = in.buffer();
            for (; next < in.limit(); next++) {
                byte b = bytes[next];
                if (inString) {
                    passString(b);
                } else if (isBehind(b)) {
                    end(next);
                    return true;
                }
                bits |= b - 1;
                if (depth == 0 && !inArray && (b == '}' || b == ']') && !inString) {
                    end(++next);
                    return true;
                }
            }
            if (in.isAtEnd()) {
                problem = depth > 0 || inString ? "not closed: the input ends too early" : null;
                end(next);
                return true;
            }
            if (next - start > maxLength) {
                isTooLong = true;
                in.drop(start);
                next = start;
            }
            in.fill(start);
            next -= start;
            start = 0;
        }
    }

    private void passString(byte b) {
        if (isEscaped) {
            isEscaped = false;
        } else if (b == '\\') {
            isEscaped = true;
        } else if (b == '"') {
            inString = false;
        } else if (b == '\n') {
            line++;
        }
    }

    /** Whether a byte outside of strings is behind the value. */
    private boolean isBehind(byte b) {
        switch (b) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                if (depth == 0) {
                    return inArray && b == ']';
                }
                depth--;
            }
            case ',' -> {
                return inArray && depth == 0;
            }
            case '\n' -> {
                if (!inArray && depth == 0) {
                    return true; // It is not an object.
                }
                line++;
            }
            default -> {}
        }
        return false;
    }

    private void end(int end) {
        int last = end;
        while (last > start && in.buffer()[last - 1] <= ' ' && in.buffer()[last - 1] >= 0) {
            last--;
        }
        length = last - start;
        isTooLong |= length > maxLength;
    }

    @Override
    String problem() {
        String ofBytes = super.problem();
        return ofBytes != null ? ofBytes : problem;
    }
}
