package dev.braid.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How long this machine takes to hand a cache line over from one core to another: two threads spin on one number, and each in turn
 * makes it one more. On machines whose cores come and go, as virtual ones do, it changes by a factor of four within minutes, and with
 * it everything that hands records from thread to thread. So it is measured before each turn, and told beside each result.
 */
final class HandOver {
    private static final int LINE = 64;
    private static final int HOPS = 64;
    private static final int DIGITS = 3;
    private static final double TENTHS = 10;

    private final long measuredNs;

    /** @param measuredMs for how long each measurement takes; without a core for each thread it may take longer. */
    HandOver(long measuredMs) {
        this.measuredNs = TimeUnit.MILLISECONDS.toNanos(measuredMs);
    }

    /** One whose measurements are as long as those of which they tell are worth. */
    static HandOver of(ForkOptions.Length length) {
        return new HandOver(
                switch (length) {
                    case FULL -> 200;
                    case QUICK -> 100;
                    case TINY -> 2;
                });
    }

    /** Returns the spread of what was measured, in nanoseconds, with one decimal. */
    static Spread spread(double[] nsPerHop) {
        return Spread.of(Arrays.stream(nsPerHop).map(HandOver::rounded).toArray());
    }

    static double rounded(double ns) {
        return Math.round(ns * TENTHS) / TENTHS;
    }

    /** Returns the nanoseconds of a hop: the median, so that neither the start nor stalls of the machine count. */
    double nsPerHop() {
        UnsafeBuffer number = new UnsafeBuffer(new byte[4 * LINE]); // Alone in its line, wherever the array begins.
        int at = 2 * LINE;
        Thread other = new Thread(() -> answer(number, at), "hand-over");
        other.setDaemon(true);
        other.start();
        Histogram histogram = new Histogram(DIGITS);
        long startNs = System.nanoTime();
        long beforeNs = startNs;
        long next = 0;
        do {
            for (int hop = 0; hop < HOPS; hop += 2) {
                number.putLongRelease(at, next + 1);
                await(number, at, next + 2);
                next += 2;
            }
            long nowNs = System.nanoTime();
            histogram.recordValue(nowNs - beforeNs);
            beforeNs = nowNs;
        } while (beforeNs - startNs < measuredNs);
        number.putLongRelease(at, Long.MAX_VALUE);
        return (double) histogram.getValueAtPercentile(50) / HOPS;
    }

    /** Makes each odd number the next even one, until it is the largest. */
    private static void answer(UnsafeBuffer number, int at) {
        for (long next = 1; await(number, at, next); next += 2) {
            number.putLongRelease(at, next + 1);
        }
    }

    /** Spins until the number is at least this; returns whether it is not the largest. A hint to the processor would take part of it. */
    private static boolean await(UnsafeBuffer number, int at, long least) {
        long value;
        do {
            value = number.getLongVolatile(at);
        } while (value < least);
        return value != Long.MAX_VALUE;
    }
}
