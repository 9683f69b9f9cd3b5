package dev.braid.bench;

import java.util.Arrays;

/** The least, the median and the largest of several measurements. */
record Spread(double min, double median, double max) {
    /** @throws IllegalArgumentException if there are no values. */
    static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values, no spread");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
}
