package dev.braid.command.input;

import dev.braid.command.Texts;
import dev.braid.command.UsageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dialect of a CSV input.
 *
 * @param delimiter       between fields.
 * @param isGiven         whether the delimiter was given, instead of the default.
 * @param hasDecimalComma whether numbers are written as 1,50.
 */
record CsvDialect(char delimiter, boolean isGiven, boolean hasDecimalComma) {
    private static final char[] USUAL = {',', ';', '\t', '|'};

    /** Written by Excel before the header, and obeyed by it. */
    private static final Pattern SEPARATOR_LINE = Pattern.compile("\"?sep=(.)\"?", Pattern.CASE_INSENSITIVE);

    /** @throws UsageException if {@code --delimiter} cannot be a delimiter. */
    static char delimiter(String option) {
        if (option.equals("\\t") || option.equalsIgnoreCase("tab")) {
            return '\t';
        }
        char c = option.length() == 1 ? option.charAt(0) : 0;
        if (c == 0 || c == '"' || c == '\r' || c == '\n' || Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
            throw new UsageException("--delimiter " + Texts.quote(option)
                    + ": must be one character, as ';' or '|', or tab, and no quote, letter or digit");
        }
        return c;
    }

    /**
     * Returns the dialect that the first line of the input sets, or {@code null} if that line is a header.
     *
     * @throws UsageException if that dialect contradicts the one that was given.
     */
    CsvDialect ofSeparatorLine(String line) {
        Matcher matcher = SEPARATOR_LINE.matcher(line);
        if (!matcher.matches()) {
            return null;
        }
        char found = matcher.group(1).charAt(0);
        if (isGiven && found != delimiter) {
            throw new UsageException(
                    "--delimiter " + name(delimiter) + ": the first line of the input is " + Texts.quote(line));
        }
        return new CsvDialect(found, true, hasDecimalComma);
    }

    /** For a message: what seems to divide a header that the delimiter does not divide; empty if nothing does. */
    String hint(String header) {
        for (char c : USUAL) {
            if (c != delimiter && header.indexOf(c) >= 0) {
                return "; there is " + name(c) + " in it: does that divide the fields? Then use --delimiter " + name(c);
            }
        }
        return "";
    }

    private static String name(char delimiter) {
        return delimiter == '\t' ? "tab" : "'" + delimiter + "'";
    }
}
