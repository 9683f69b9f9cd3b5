package dev.braid.command.run;

import java.math.BigDecimal;

/** Reads exact decimal numbers from foreign text. */
final class Decimals {
    /**
     * Bounds the digits and the power of ten of a number: adding 1 to 1e999999999 exactly would take a gigabyte.
     */
    private static final int MAX_DIGITS = 1000;

    private Decimals() {}

    /** The number, or {@code null} if the text is none, or one that is too long to be summed up exactly. */
    static BigDecimal parse(String text) {
        if (text == null || text.length() > MAX_DIGITS) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs((long) number.scale()) > MAX_DIGITS ? null : number;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
