package dev.braid.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Text in UTF-8 without characters that a terminal obeys instead of showing: control characters, including those from U+0080
 * on, and marks that change the direction of a line. They come from foreign keys, names, paths and messages, and are written
 * as escapes of JSON. Line ends and tabs are kept.
 */
public final class SafeText extends FilterOutputStream {
    private static final int DELETE = 0x7F;
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private final boolean controlsStay;

    /** Bytes of a character that may turn out to be one of these, if the first is not 0. */
    private int held;
    /** Number of bytes that the present character lacks. */
    private int missing;

    private SafeText(OutputStream out, boolean controlsStay) {
        super(out);
        this.controlsStay = controlsStay;
    }

    public static SafeText of(OutputStream out) {
        return new SafeText(out, false);
    }

    /** Returns a stream for JSON, which has ASCII control characters only between its values. */
    public static SafeText ofJson(OutputStream out) {
        return new SafeText(out, true);
    }

    /** Returns a text as it would be written. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (isObeyed(c)) {
                escaped.append(escape(c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    private static boolean isObeyed(int c) {
        return c < ' ' && c != '\n' && c != '\t' || c >= DELETE && isObeyedBeyondAscii(c);
    }

    private static boolean isObeyedBeyondAscii(int c) {
        return c <= 0x9F
                || c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || c >= 0x2028 && c <= 0x202E
                || c >= 0x2066 && c <= 0x2069;
    }

    private static String escape(int c) {
        return "\\u" + HEX[c >> 12] + HEX[c >> 8 & 15] + HEX[c >> 4 & 15] + HEX[c & 15];
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            int from = i;
            while (i < end && missing == 0 && isPlain(bytes[i])) {
                i++;
            }
            out.write(bytes, from, i - from);
            if (i < end) {
                write(bytes[i++]);
            }
        }
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b != DELETE || b == '\n';
    }

    @Override
    public void write(int value) throws IOException {
        int b = value & 0xFF;
        if ((b & 0xC0) == 0x80 && missing > 0) {
            continueCharacter(b);
            return;
        }
        release();
        missing = b < 0xC2 || b > 0xF4 ? 0 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        if (b == 0xC2 || b == 0xD8 || b == 0xE2) {
            held = b;
        } else if (b < 0xA0 && isObeyed(b) && !(controlsStay && (b < ' ' || b > DELETE))) {
            out.write(escape(b).getBytes(StandardCharsets.US_ASCII));
        } else {
            out.write(b);
        }
    }

    private void continueCharacter(int b) throws IOException {
        missing--;
        if (held == 0) {
            out.write(b);
            return;
        }
        held = held << 8 | b;
        if (missing > 0) {
            return;
        }
        int c = held > 0xFFFF
                ? (held >> 16 & 0xF) << 12 | (held >> 8 & 0x3F) << 6 | held & 0x3F
                : (held >> 8 & 0x1F) << 6 | held & 0x3F;
        if (isObeyed(c)) {
            held = 0;
            out.write(escape(c).getBytes(StandardCharsets.US_ASCII));
        } else {
            release();
        }
    }

    /** Writes the bytes that were held back, which are none of these characters. */
    private void release() throws IOException {
        for (int shift = 16; shift >= 0; shift -= 8) {
            if (held >> shift != 0) {
                out.write(held >> shift & 0xFF);
            }
        }
        held = 0;
        missing = 0;
    }

    /** Keeps bytes that are held back: the rest of their character may follow. */
    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        release();
        super.close();
    }
}
