package dev.braid.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * When records of gold were due to be published, and when they were handled. It serves one run after the other, so that its memory
 * is there when it is written to. For the thread that handles gold, and once the run has ended for others.
 */
final class GoldLog {
    private static final int MAX_RECORDS = 1 << 21;
    private static final int DIGITS = 3;

    private final long[] dueNs = new long[MAX_RECORDS];
    private final long[] handledNs = new long[MAX_RECORDS];
    private int count;

    /**
     * @param judged  the part of the records that no stall had to do with.
     * @param refused how many records there was no room for.
     */
    record Latency(long p99Ns, double judged, long refused) {
        private static final double MIN_JUDGED = 0.05;

        boolean isJudged() {
            return judged >= MIN_JUDGED;
        }
    }

    /** A run begins. */
    void clear() {
        count = 0;
    }

    /** In the order in which they were published. More than there is room for are left out. */
    void add(long due, long handled) {
        if (count < MAX_RECORDS) {
            dueNs[count] = due;
            handledNs[count] = handled;
            count++;
        }
    }

    /**
     * Of the records that no stall had to do with: neither did they come, wait, or be handled during one, nor had gold
     * always had records waiting since one. These alone tell of the engine, and not of the machine.
     *
     * @param stalls in the order of time.
     */
    Latency latency(List<Stalls.Interval> stalls, long refused) {
        Histogram latencies = new Histogram(DIGITS);
        int next = 0;
        boolean isAfterStall = false;
        for (int i = 0; i < count; i++) {
            while (next < stalls.size() && stalls.get(next).endNs() - dueNs[i] < 0) {
                next++;
            }
            boolean goesOn = i > 0 && handledNs[i - 1] - dueNs[i] > 0;
            isAfterStall = goesOn && isAfterStall
                    || next < stalls.size() && handledNs[i] - stalls.get(next).beginNs() >= 0;
            if (!isAfterStall) {
                latencies.recordValue(Math.max(0, handledNs[i] - dueNs[i]));
            }
        }
        return new Latency(
                latencies.getValueAtPercentile(99), (double) latencies.getTotalCount() / Math.max(1, count), refused);
    }
}
