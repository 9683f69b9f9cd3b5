package dev.braid.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * When a thread that spins had no processor, by the clock that it reads all the time: between two readings with nothing in
 * between. For that thread, and once it has ended for others.
 */
final class Stalls {
    /** From here on it counts as a stall: less than gold's batch takes to be published in any case. */
    static final long MIN_NS = 20_000;

    record Interval(long beginNs, long endNs) {}

    private final double aftermath;
    private final NanoClock clock;
    private final List<Interval> intervals = new ArrayList<>();
    private long lastNs;

    /** @param aftermath how long a stall goes on to count after its end, in lengths of it. */
    Stalls(double aftermath) {
        this(aftermath, SystemNanoClock.INSTANCE);
    }

    Stalls(double aftermath, NanoClock clock) {
        this.aftermath = aftermath;
        this.clock = clock;
    }

    /** Reads the clock after something else was done than spinning. */
    long resume() {
        lastNs = clock.nanoTime();
        return lastNs;
    }

    /** Reads the clock again. */
    long now() {
        long nowNs = clock.nanoTime();
        if (nowNs - lastNs >= MIN_NS) {
            add(lastNs, nowNs);
        }
        lastNs = nowNs;
        return nowNs;
    }

    /** Work of a known cost. */
    void spinForNs(long ns) {
        long startNs = resume();
        while (now() - startNs < ns) {
            Thread.onSpinWait();
        }
    }

    void add(long beginNs, long endNs) {
        intervals.add(new Interval(beginNs, endNs + (long) (aftermath * (endNs - beginNs))));
    }

    /** All of several threads, in the order of time, and none that overlap. */
    static List<Interval> merge(Stalls... all) {
        List<Interval> sorted = new ArrayList<>();
        for (Stalls stalls : all) {
            sorted.addAll(stalls.intervals);
        }
        sorted.sort(Comparator.comparingLong(Interval::beginNs));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && next.beginNs - last.endNs <= 0) {
                merged.set(merged.size() - 1, new Interval(last.beginNs, Math.max(last.endNs, next.endNs)));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }
}
