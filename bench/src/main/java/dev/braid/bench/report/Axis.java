package dev.braid.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Where a figure is on a chart.
 *
 * @param from   in pixels, where the least is.
 * @param to     where the most is.
 * @param labels of its marks.
 */
record Axis(double least, double most, boolean logarithmic, double from, double to, DoubleFunction<String> labels) {
    private static final int MAX_MARKS = 6;
    private static final double[] STEPS = {1, 2, 5, 10};

    /** From zero. */
    static Axis linear(double most, double from, double to, DoubleFunction<String> labels) {
        double step = step(most > 0 ? most : 1);
        return new Axis(0, Math.ceil(most / step - 1e-9) * step, false, from, to, labels);
    }

    /** Whole powers of ten at both ends. */
    static Axis logarithmic(double least, double most, double from, double to, DoubleFunction<String> labels) {
        double low = Math.pow(10, Math.floor(Math.log10(least) + 1e-9));
        double high = Math.pow(10, Math.ceil(Math.log10(most) - 1e-9));
        return new Axis(low, high > low ? high : low * 10, true, from, to, labels);
    }

    private static double step(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(most / MAX_MARKS)));
        for (double factor : STEPS) {
            if (most / (factor * power) <= MAX_MARKS) {
                return factor * power;
            }
        }
        throw new IllegalArgumentException("no step for " + most);
    }

    double at(double value) {
        double part = logarithmic
                ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
                : (value - least) / (most - least);
        return from + part * (to - from);
    }

    List<Double> marks() {
        List<Double> marks = new ArrayList<>();
        if (logarithmic) {
            double decades = Math.log10(most / least);
            double step = Math.pow(10, Math.ceil(decades / (MAX_MARKS + 1)));
            for (double mark = least; mark <= most * 1.001; mark *= step) {
                marks.add(mark);
            }
        } else {
            double step = step(most);
            for (int i = 0; i * step <= most * 1.001; i++) {
                marks.add(i * step);
            }
        }
        return marks;
    }
}
