package dev.braid.engine;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.IntCountsHistogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.NanoClock;

/**
 * Records times, and keeps their distribution since the start and in the last seconds.
 * <p>
 * <b>Threads:</b> one thread records, without ever waiting and without garbage; any thread may read.
 */
public final class LatencyRecorder {
    /** Longer times count as this: about 18 minutes. */
    private static final long MAX_NS = 1L << 40;

    private static final long HALF_WINDOW_NS = TimeUnit.SECONDS.toNanos(5);

    private final NanoClock clock;
    private final SingleWriterRecorder recorder;
    private final Histogram all;
    private Histogram recycled;

    // Both take all that comes, and are emptied by turns: so one of them always has the times of five seconds at least.
    // They are made by the first who reads.
    private IntCountsHistogram older;
    private IntCountsHistogram newer;
    private long turnedNs;

    /**
     * Makes a recorder that has recorded nothing.
     *
     * @param significantDigits number of digits to which times are kept, 1 to 5; each digit takes about ten times the memory. The
     *                          times of the last seconds are kept with one digit.
     * @param clock             clock that measures the last seconds.
     */
    public LatencyRecorder(int significantDigits, NanoClock clock) {
        this.clock = clock;
        this.recorder = new SingleWriterRecorder(1, MAX_NS, significantDigits);
        this.all = new Histogram(1, MAX_NS, significantDigits);
    }

    /**
     * Records a time. For one thread.
     *
     * @param ns a time in nanoseconds; a negative one counts as 0.
     */
    public void record(long ns) {
        recorder.recordValue(Math.max(0, Math.min(ns, MAX_NS)));
    }

    /**
     * Returns the distribution of all times so far.
     *
     * @return the distribution.
     */
    public synchronized LatencyStats total() {
        refresh();
        return stats(all, Long.MAX_VALUE);
    }

    /**
     * Returns the distribution of the times of the last 5 to 10 seconds, or since they were read before if that is longer ago.
     *
     * @return the distribution, accurate to 7 %.
     */
    public synchronized LatencyStats recent() {
        refresh();
        return stats(older, all.getMaxValue()); // It is less accurate, but is not to look larger than all.
    }

    private void refresh() {
        long nowNs = clock.nanoTime();
        if (older == null) {
            older = new IntCountsHistogram(1, MAX_NS, 1);
            newer = new IntCountsHistogram(1, MAX_NS, 1);
            turnedNs = nowNs;
        }
        if (nowNs - turnedNs >= HALF_WINDOW_NS) {
            IntCountsHistogram emptied = older;
            emptied.reset();
            older = newer;
            newer = emptied;
            turnedNs = nowNs;
        }
        recycled = recorder.getIntervalHistogram(recycled);
        if (recycled.getTotalCount() > 0) {
            all.add(recycled);
            older.add(recycled);
            newer.add(recycled);
        }
    }

    private static LatencyStats stats(AbstractHistogram times, long mostNs) {
        return new LatencyStats(
                times.getTotalCount(),
                Math.min(mostNs, times.getValueAtPercentile(50)),
                Math.min(mostNs, times.getValueAtPercentile(99)),
                Math.min(mostNs, times.getValueAtPercentile(99.9)),
                Math.min(mostNs, times.getMaxValue()));
    }
}
