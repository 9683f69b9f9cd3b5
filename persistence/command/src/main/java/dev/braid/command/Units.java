package dev.braid.command;

import java.util.Locale;

/** Numbers with units that people can read. */
public final class Units {
    private static final String[] TIMES = {"ns", "us", "ms", "s"};
    private static final String[] COUNTS = {"", "k", "M", "G", "T"};
    private static final String[] LENGTHS = {"B", "kB", "MB", "GB", "TB"};
    private static final double STEP = 1_000;

    private Units() {}

    /** A length of time in three digits and a unit: {@code 1.48 s} for 1,484,783,600 ns. */
    public static String time(long ns) {
        double value = ns;
        int unit = 0;
        while (unit < TIMES.length - 1 && value >= STEP - 0.5) {
            value /= STEP;
            unit++;
        }
        String format = unit == 0 || value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value) + " " + TIMES[unit];
    }

    /** A count in five characters at most: {@code 1.23M} for 1,234,567. */
    public static String count(long count) {
        return scaled(count, COUNTS, "");
    }

    /** A length in three digits and a unit: {@code 1.23 MB} for 1,234,567. */
    public static String bytes(long bytes) {
        return scaled(bytes, LENGTHS, " ");
    }

    private static String scaled(double value, String[] units, String gap) {
        int unit = 0;
        while (unit < units.length - 1 && value >= (unit == 0 ? 10 * STEP : STEP - 0.5)) {
            value /= STEP;
            unit++;
        }
        String format = unit == 0 || value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value) + gap + units[unit];
    }

    /** Seconds to the millisecond. */
    public static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f s", seconds);
    }
}
