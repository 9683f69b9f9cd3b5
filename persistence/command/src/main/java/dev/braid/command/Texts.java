package dev.braid.command;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Formats texts for messages: foreign ones are shortened to one line. */
public final class Texts {
    private static final int MAX_QUOTED = 60;
    private static final int MAX_MESSAGE = 200;

    private Texts() {}

    /** Returns a value in quotes, shortened. */
    public static String quote(String value) {
        return "'" + oneLine(value, MAX_QUOTED) + "'";
    }

    /** Returns a value without quotes, shortened. */
    public static String shortened(String value) {
        return oneLine(value, MAX_QUOTED);
    }

    /** Returns the name of a constant as it is written for people and in JSON. */
    public static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Returns bytes that should have been text, shortened: as text if they begin as text. */
    public static String quote(byte[] bytes) {
        int length = Math.min(bytes.length, MAX_QUOTED);
        for (int i = 0; i < length; i++) {
            if (bytes[i] < ' ' || bytes[i] > '~') {
                return "no text";
            }
        }
        return quote(new String(bytes, 0, Math.min(bytes.length, MAX_QUOTED + 1), StandardCharsets.ISO_8859_1));
    }

    /** Returns what a foreign exception says, shortened to one line. */
    public static String messageOf(Throwable t) {
        return oneLine(FailureText.of(t), MAX_MESSAGE);
    }

    /** As {@link #messageOf}, for a sentence that has already named the file. */
    public static String reasonOf(Throwable t) {
        return oneLine(FailureText.withoutFile(t), MAX_MESSAGE);
    }

    /** Returns a message of our own in full. */
    public static String fullMessageOf(Throwable t) {
        return FailureText.of(t);
    }

    private static String oneLine(String text, int limit) {
        if (text.length() <= limit) {
            return oneLine(text);
        }
        boolean isPair = Character.isSurrogatePair(text.charAt(limit - 1), text.charAt(limit));
        return oneLine(text.substring(0, isPair ? limit - 1 : limit) + "...");
    }

    /** A text in full, as it is shown in one line. */
    public static String oneLine(String text) {
        return SafeText.escaped(text).replace("\n", "\\n").replace("\t", "\\t");
    }
}
