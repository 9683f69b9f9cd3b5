package dev.braid.command;

import java.util.Locale;

/** Numbers with units that people can read. */
public final class Units {
    private static final String[] TIMES = {"ns", "us", "ms", "s"};
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

    /** Seconds to the millisecond. */
    public static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f s", seconds);
    }
}
