package dev.braid.command.input;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;

/** The encoding of the input: as {@code --charset} or a byte order mark says, or UTF-8. It is never guessed. */
final class TextEncoding {
    static final TextEncoding UTF_8 = new TextEncoding(StandardCharsets.UTF_8);

    /** The longer ones first: one of UTF-32 begins as one of UTF-16. */
    private static final List<Mark> MARKS = List.of(
            new Mark("UTF-32LE", 0xFF, 0xFE, 0, 0),
            new Mark("UTF-32BE", 0, 0, 0xFE, 0xFF),
            new Mark("UTF-16LE", 0xFF, 0xFE),
            new Mark("UTF-16BE", 0xFE, 0xFF),
            new Mark("UTF-8", 0xEF, 0xBB, 0xBF));

    private static final int MAX_CONTEXT = 20;

    private final Charset charset;

    private TextEncoding(Charset charset) {
        this.charset = charset;
    }

    /** A byte order mark. */
    private record Mark(Charset charset, byte[] bytes) {
        Mark(String charset, int... bytes) {
            this(Charset.forName(charset), new byte[bytes.length]);
            for (int i = 0; i < bytes.length; i++) {
                this.bytes[i] = (byte) bytes[i];
            }
        }

        /** Whether text in a charset may have this mark: text in UTF-16, for one, may have either of two. */
        boolean isOf(Charset asked) {
            return asked == null || charset.name().startsWith(asked.name());
        }

        boolean tellsMoreThan(Charset asked) {
            return isOf(asked) && !charset.equals(asked);
        }
    }

    /** Text as UTF-8; bytes that cannot be decoded are invalid there, too. */
    record Decoded(TextEncoding encoding, InputStream stream) {}

    /** @throws UsageException if there is no such charset. */
    static Charset charset(String option, String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new UsageException(option + " " + Texts.quote(name)
                    + ": not known; some that are: UTF-8, UTF-16LE, ISO-8859-1, windows-1252, Shift_JIS, GB18030");
        }
    }

    /**
     * Decodes a text according to its first bytes.
     *
     * @param asked charset that was named, {@code null} if none was.
     * @throws UsageException if the first bytes are of another charset, or not of text.
     */
    static Decoded decode(String name, InputStream in, Charset asked) {
        FirstBytes begin = new FirstBytes(in);
        for (Mark mark : MARKS) {
            if (begin.startWith(mark.bytes())) {
                if (!mark.isOf(asked)) {
                    throw new UsageException("--charset " + asked + ": " + name + " begins with the byte order mark of "
                            + mark.charset());
                }
                return new TextEncoding(mark.charset()).decode(begin.stream(mark.bytes().length));
            }
        }
        if (asked != null && MARKS.stream().anyMatch(mark -> mark.tellsMoreThan(asked))) {
            throw new UsageException("--charset " + asked + ": " + name + " has no byte order mark that would tell "
                    + asked + "LE from " + asked + "BE");
        }
        TextEncoding encoding = asked == null ? UTF_8 : new TextEncoding(asked);
        if (encoding.isUtf8()) {
            checkText(name, begin.firstLine());
        }
        return encoding.decode(begin.stream(0));
    }

    private Decoded decode(InputStream in) {
        return new Decoded(this, isUtf8() ? in : new Utf8Stream(in, charset));
    }

    private boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }

    private static void checkText(String name, byte[] line) {
        int[] zeros = new int[2];
        int first = -1;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == 0) {
                first = first < 0 ? i : first;
                zeros[i % 2]++;
            }
        }
        if (first < 0) {
            return;
        }
        // One is enough: text in UTF-16 that is mostly ASCII has zeros at every second byte, and only there.
        boolean isWide = Math.min(zeros[0], zeros[1]) == 0 && zeros[0] + zeros[1] >= line.length / 4;
        throw new UsageException(
                isWide
                        ? name + " looks like UTF-16 without a byte order mark: see --charset "
                                + (zeros[1] > 0 ? "UTF-16LE" : "UTF-16BE")
                        : name + " is not text: byte " + first + " of it is 0");
    }

    /** Returns what is wrong with invalid bytes. */
    String problem(byte[] bytes, int start, int invalid) {
        int from = Math.max(start, invalid - MAX_CONTEXT);
        while (from < invalid && (bytes[from] & 0xC0) == 0x80) {
            from++; // Not within a character.
        }
        String before = new String(bytes, from, invalid - from, StandardCharsets.UTF_8);
        String where = before.isEmpty() ? "at its start" : "after " + Texts.quote(before);
        if (bytes[invalid] == 0) {
            return "not text: a byte 0 " + where;
        }
        return isUtf8()
                ? String.format("not UTF-8: byte 0x%02X %s; --charset tells another encoding", bytes[invalid], where)
                : "not " + charset + ": the byte or bytes " + where;
    }
}
