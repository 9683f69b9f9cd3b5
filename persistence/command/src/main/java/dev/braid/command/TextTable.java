package dev.braid.command;

import java.io.PrintStream;
import java.util.List;

/** Prints rows in columns, each in one line: the first column flush left, all others flush right. */
public final class TextTable {
    private TextTable() {}

    /** @param rows all of the same length. */
    public static void print(PrintStream out, List<String[]> rows) {
        rows.forEach(TextTable::escape);
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], TextWidth.of(row[i]));
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(TextWidth.padded(row[0], widths[0]));
            for (int i = 1; i < widths.length; i++) {
                line.append("  ").append(TextWidth.flushRight(row[i], widths[i]));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Lets the cells of a row be as wide as they are when they are printed. */
    public static void escape(String[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] = row[i] == null ? null : Texts.oneLine(row[i]);
        }
    }
}
