package dev.braid.command.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Spreads records evenly over time. The moments are fixed beforehand: a late record does not delay those after it, and its
 * lateness counts as latency.
 */
final class Pacer {
    /** The system wakes a parked thread this much late, so the rest of the time is spun. */
    private static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(100);

    /** Bound on the time until the end of waiting is noticed. */
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final double intervalNs;
    private final Runnable meanwhile;
    private final boolean mayPark;
    private final BooleanSupplier isOver;
    private long startNs;
    private long paced;

    private Pacer(double intervalNs, Runnable meanwhile, boolean mayPark, BooleanSupplier isOver) {
        this.intervalNs = intervalNs;
        this.meanwhile = meanwhile;
        this.mayPark = mayPark;
        this.isOver = isOver;
    }

    /** Returns a pacer that does not wait: each record is intended for the moment at which it arrives. */
    static Pacer unpaced() {
        return new Pacer(0, () -> {}, false, () -> false);
    }

    /**
     * Returns a pacer that sleeps meanwhile.
     *
     * @param perSecond how many records.
     * @param isOver    whether there is nothing more to wait for.
     */
    static Pacer parking(double perSecond, BooleanSupplier isOver) {
        return new Pacer(TimeUnit.SECONDS.toNanos(1) / perSecond, Thread::onSpinWait, true, isOver);
    }

    /**
     * Returns a pacer that works meanwhile.
     *
     * @param perSecond how many records.
     * @param meanwhile is run over and over while it is not yet time.
     * @param isOver    whether there is nothing more to wait for.
     */
    static Pacer working(double perSecond, Runnable meanwhile, BooleanSupplier isOver) {
        return new Pacer(TimeUnit.SECONDS.toNanos(1) / perSecond, meanwhile, false, isOver);
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    /**
     * Waits until the next record is due, and returns that time, as {@link System#nanoTime()}. Returns early if the thread is
     * interrupted; its flag stays set.
     */
    long await() {
        long now = System.nanoTime();
        if (intervalNs == 0) {
            return now;
        }
        if (paced == 0) {
            startNs = now;
        }
        long intendedNs = startNs + (long) (paced++ * intervalNs);
        for (; now - intendedNs < 0 && !isOver.getAsBoolean() && !isInterrupted(); now = System.nanoTime()) {
            long parkNs = intendedNs - now - SPIN_NS;
            if (mayPark && parkNs > 0) {
                LockSupport.parkNanos(Math.min(parkNs, MAX_PARK_NS));
            } else {
                meanwhile.run();
            }
        }
        return intendedNs;
    }
}
