package dev.braid.command.input;

import dev.braid.command.Texts;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Reads exact decimal numbers from foreign text. Blanks around a number are ignored. */
final class Decimals {
    /** Bound on the digits and the power of ten of a number: adding 1 to 1e999999999 exactly would take a gigabyte. */
    private static final int MAX_DIGITS = 1000;

    private static final Pattern WITH_COMMA = Pattern.compile("[+-]?[0-9]*,[0-9]+");
    private static final Pattern IN_GROUPS = Pattern.compile("[+-]?[0-9]{1,3}(?:[. '\\u2019\\u00A0\\u202F][0-9]{3})+");
    private static final Pattern WITH_EXPONENT = Pattern.compile("[+-]?[0-9.]+[eE][+-]?[0-9]+");

    private final boolean hasDecimalComma;

    /** @param hasDecimalComma whether numbers are written as 1.234,50. */
    Decimals(boolean hasDecimalComma) {
        this.hasDecimalComma = hasDecimalComma;
    }

    /** Returns the number, or {@code null} if the text is not a number, or one that is too long to be summed exactly. */
    BigDecimal parse(String text) {
        if (text == null || text.length() > MAX_DIGITS) {
            return null;
        }
        String number = text.strip();
        if (hasDecimalComma) {
            number = withPoint(number);
        }
        try {
            BigDecimal parsed = new BigDecimal(number);
            return Math.abs((long) parsed.scale()) > MAX_DIGITS ? null : parsed;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * Converts a number with a decimal comma to one with a point; other text becomes no number. Digits in groups of three
     * count only if a comma or a second group follows: 1.234 could be meant either way.
     */
    private static String withPoint(String number) {
        int comma = number.indexOf(',');
        String whole = comma < 0 ? number : number.substring(0, comma);
        String fraction = comma < 0 ? "" : '.' + number.substring(comma + 1);
        if (IN_GROUPS.matcher(whole).matches() && !isAmbiguous(number)) {
            whole = whole.replaceAll("[^0-9+-]", "");
        } else if (whole.indexOf('.') >= 0) {
            return "";
        }
        return whole + fraction;
    }

    private static boolean isAmbiguous(String number) {
        return number.indexOf(',') < 0
                && number.indexOf('.') >= 0
                && number.indexOf('.') == number.lastIndexOf('.')
                && IN_GROUPS.matcher(number).matches();
    }

    /** Returns why {@link #parse} rejected a text, as the end of a sentence about it. */
    String problem(String text) {
        String number = text.strip();
        if (number.isEmpty()) {
            return "is empty, and not a number";
        }
        if (text.length() > MAX_DIGITS) {
            return "has " + text.length() + " characters, more than a number of " + MAX_DIGITS + " digits: "
                    + Texts.quote(text);
        }
        if (WITH_EXPONENT.matcher(number).matches()) {
            return "is too large or too small, for exponents go up to " + MAX_DIGITS + ": " + Texts.quote(number);
        }
        if (hasDecimalComma && isAmbiguous(number)) {
            return "can be read in two ways, with a decimal comma or without: " + Texts.quote(number);
        }
        boolean mayHaveComma = !hasDecimalComma && WITH_COMMA.matcher(number).matches();
        return "is not a number: " + Texts.quote(text) + (mayHaveComma ? "; see --decimal-comma" : "");
    }
}
