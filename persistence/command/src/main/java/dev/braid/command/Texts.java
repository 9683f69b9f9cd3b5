package dev.braid.command;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;

/** Makes what came from outside fit for a message of one line. */
public final class Texts {
    private static final int MAX_QUOTED = 60;
    private static final int MAX_MESSAGE = 200;

    private Texts() {}

    /** A value in quotes, shortened. */
    public static String quote(String value) {
        return "'" + oneLine(value, MAX_QUOTED) + "'";
    }

    /** A value as it is, shortened. */
    public static String shortened(String value) {
        return oneLine(value, MAX_QUOTED);
    }

    /** Bytes that should have been text, shortened: as text, if they begin so. */
    public static String quote(byte[] bytes) {
        int length = Math.min(bytes.length, MAX_QUOTED);
        for (int i = 0; i < length; i++) {
            if (bytes[i] < ' ' || bytes[i] > '~') {
                return "no text";
            }
        }
        return quote(new String(bytes, 0, Math.min(bytes.length, MAX_QUOTED + 1), StandardCharsets.ISO_8859_1));
    }

    /** A foreign exception's message, shortened to one line. */
    public static String messageOf(Throwable t) {
        String message = t.getMessage();
        return message == null || message.isBlank() ? t.getClass().getSimpleName() : oneLine(message, MAX_MESSAGE);
    }

    /** A message of our own, which is given in full. */
    public static String fullMessageOf(Throwable t) {
        if (t instanceof FileSystemException e && e.getReason() == null) {
            return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getFile();
        }
        return t.getMessage() == null ? t.toString() : t.getMessage();
    }

    private static String oneLine(String text, int limit) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (line.length() == limit) {
                return line.append("...").toString();
            }
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line.toString();
    }
}
