package dev.braid.command.stat;

import dev.braid.command.TextTable;
import dev.braid.command.TextWidth;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table that is at most as wide as a terminal: names, in the first column, are shortened to fit. */
final class StatTable {
    /** In characters. */
    static final int WIDTH = 80;

    private static final int MIN_NAME = 8;
    private static final String GAP = "  ";
    private static final String LEFT_OUT = "..";

    private final List<String[]> rows = new ArrayList<>();
    /** {@code null} for none. */
    private String[] spans;

    /** Adds a line above the table: each text ends where the column at its place ends. */
    void addSpans(String... texts) {
        spans = texts;
    }

    /** Adds a row: all of the same length, or a single text for a heading in between. */
    void add(String... row) {
        TextTable.escape(row);
        rows.add(row);
    }

    void print(PrintStream out) {
        int[] widths = widths();
        if (spans != null) {
            out.println(line(spans, widths));
        }
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private int[] widths() {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], TextWidth.of(row[i]));
            }
        }
        int rest = WIDTH;
        for (int i = 1; i < widths.length; i++) {
            rest -= GAP.length() + widths[i];
        }
        widths[0] = Math.min(widths[0], Math.max(MIN_NAME, rest));
        return widths;
    }

    /** Only the name, in the first column, may have characters that are not one column wide. */
    private static String line(String[] row, int[] widths) {
        StringBuilder rest = new StringBuilder();
        for (int i = 1; i < row.length; i++) {
            int end = rest.length() + GAP.length() + widths[i];
            if (row[i] != null) {
                // A text above several columns begins before its own.
                rest.setLength(Math.min(rest.length(), Math.max(0, end - row[i].length())));
                rest.append(" ".repeat(Math.max(0, end - row[i].length() - rest.length())))
                        .append(row[i]);
            } else {
                rest.append(" ".repeat(end - rest.length()));
            }
        }
        return (TextWidth.padded(shorten(row[0], widths[0]), widths[0]) + rest).stripTrailing();
    }

    /** Returns the beginning and the end of a name, where names often differ. */
    static String shorten(String name, int width) {
        if (TextWidth.of(name) <= width) {
            return name;
        }
        int end = (width - LEFT_OUT.length()) / 2;
        return name.substring(0, TextWidth.lengthOfFirst(name, width - LEFT_OUT.length() - end))
                + LEFT_OUT
                + name.substring(TextWidth.startOfLast(name, end));
    }
}
