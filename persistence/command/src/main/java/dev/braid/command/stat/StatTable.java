package dev.braid.command.stat;

import dev.braid.command.TextTable;
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
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        int rest = WIDTH;
        for (int i = 1; i < widths.length; i++) {
            rest -= GAP.length() + widths[i];
        }
        widths[0] = Math.min(widths[0], Math.max(MIN_NAME, rest));
        return widths;
    }

    private static String line(String[] row, int[] widths) {
        String name = shorten(row[0], widths[0]);
        StringBuilder line = new StringBuilder(name).append(" ".repeat(widths[0] - name.length()));
        for (int i = 1; i < row.length; i++) {
            int end = line.length() + GAP.length() + widths[i];
            if (row[i] != null) {
                // A text above several columns begins before its own.
                line.setLength(Math.min(line.length(), Math.max(0, end - row[i].length())));
                line.append(" ".repeat(end - row[i].length() - line.length())).append(row[i]);
            } else {
                line.append(" ".repeat(end - line.length()));
            }
        }
        return line.toString().stripTrailing();
    }

    /** Returns the beginning and the end of a name, where names often differ. */
    static String shorten(String name, int length) {
        if (name.length() <= length) {
            return name;
        }
        int end = (length - LEFT_OUT.length()) / 2;
        return name.substring(0, length - LEFT_OUT.length() - end) + LEFT_OUT + name.substring(name.length() - end);
    }
}
