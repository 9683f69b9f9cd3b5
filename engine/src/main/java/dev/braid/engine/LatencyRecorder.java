package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** A distribution of times of one group. The conductor records without ever waiting; any thread may read. */
final class LatencyRecorder {
    /** Longer times count as this: about 18 minutes. */
    private static final long MAX_NS = 1L << 40;

    private final SingleWriterRecorder recorder;
    private final Histogram all;
    private Histogram recycled;

    LatencyRecorder(int significantDigits) {
        this.recorder = new SingleWriterRecorder(1, MAX_NS, significantDigits);
        this.all = new Histogram(1, MAX_NS, significantDigits);
    }

    /** Records a time. For the conductor. */
    void record(long ns) {
        recorder.recordValue(Math.max(0, Math.min(ns, MAX_NS)));
    }

    /**
     * Computes the counters.
     *
     * @param first the first counter of the distribution; the others follow.
     */
    synchronized void publish(EngineCounters counters, int group, PerGroup first) {
        refresh();
        PerGroup[] kinds = PerGroup.values();
        int kind = first.ordinal();
        counters.set(group, kinds[kind], all.getTotalCount());
        counters.set(group, kinds[kind + 1], all.getValueAtPercentile(50));
        counters.set(group, kinds[kind + 2], all.getValueAtPercentile(99));
        counters.set(group, kinds[kind + 3], all.getValueAtPercentile(99.9));
        counters.set(group, kinds[kind + 4], all.getMaxValue());
    }

    private void refresh() {
        recycled = recorder.getIntervalHistogram(recycled);
        all.add(recycled);
    }
}
