package dev.braid.command;

import java.io.PrintStream;
import java.util.List;

/** Prints rows in columns: the first column flush left, all others flush right. */
public final class TextTable {
    private TextTable() {}

    /** @param rows all of the same length. */
    public static void print(PrintStream out, List<String[]> rows) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(row[0]).append(" ".repeat(widths[0] - row[0].length()));
            for (int i = 1; i < widths.length; i++) {
                line.append("  ")
                        .append(" ".repeat(widths[i] - row[i].length()))
                        .append(row[i]);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
