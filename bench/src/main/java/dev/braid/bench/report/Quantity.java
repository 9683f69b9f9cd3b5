package dev.braid.bench.report;

import java.util.Locale;

/** Figures as people read them: three digits that count, and the unit that needs no zeros. */
public final class Quantity {
    private static final double THOUSAND = 1e3;
    private static final double TEN = 10;
    private static final double HUNDRED = 100;
    private static final String[] TIMES = {"ns", "µs", "ms", "s"};
    private static final String[] RATES = {"/s", " k/s", " M/s", " G/s"};

    private Quantity() {}

    /** 1484783600 ns are 1.48 s. */
    public static String time(double ns) {
        return withUnit(ns, TIMES, " ");
    }

    /** 50300000 per second are 50.3 M/s. */
    static String rate(double perSecond) {
        return withUnit(perSecond, RATES, "");
    }

    private static String withUnit(double value, String[] units, String gap) {
        int unit = 0;
        double scaled = value;
        while (unit < units.length - 1 && Math.abs(scaled) >= THOUSAND - 1 / 2.0) {
            scaled /= THOUSAND;
            unit++;
        }
        return (unit == 0 && scaled == Math.rint(scaled) ? decimals(scaled, 0) : threeDigits(scaled))
                + gap
                + units[unit];
    }

    /** As the marks of an axis are, without the zeros of 5.00 µs. */
    static String mark(String quantity) {
        return quantity.matches("0(/s| ns)")
                ? "0"
                : quantity.replaceFirst("(\\d)\\.0+(?!\\d)|(\\.\\d*[1-9])0+(?!\\d)", "$1$2");
    }

    private static String threeDigits(double value) {
        double size = Math.abs(value);
        return decimals(value, size < TEN ? 2 : size < HUNDRED ? 1 : 0);
    }

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** 1234567 as 1,234,567, and small numbers with as many decimals as they need. */
    static String plain(double value) {
        return value == Math.rint(value)
                ? decimals(value, 0)
                : String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
    }
}
