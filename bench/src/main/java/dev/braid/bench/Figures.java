package dev.braid.bench;

import dev.braid.bench.report.Quantity;
import java.util.Locale;

/** Formats numbers for people, independently of the machine's locale. */
final class Figures {
    private static final double NS_PER_US = 1_000;
    private static final double MILLION = 1_000_000;

    private Figures() {}

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** With the unit that needs no zeros. */
    static String time(double ns) {
        return Quantity.time(ns);
    }

    static String micros(double ns) {
        return decimals(ns / NS_PER_US, 1);
    }

    static String millions(double value) {
        return decimals(value / MILLION, 2);
    }
}
