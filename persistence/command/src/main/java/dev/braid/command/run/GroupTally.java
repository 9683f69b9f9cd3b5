package dev.braid.command.run;

import dev.braid.engine.Outcome;
import org.HdrHistogram.Histogram;

/** Counts the results of a group, and how long they took. */
final class GroupTally {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final long[] outcomes = new long[Outcome.values().length];
    private final Histogram latencyNs = new Histogram(SIGNIFICANT_DIGITS);

    void add(Outcome outcome, long latency) {
        outcomes[outcome.ordinal()]++;
        latencyNs.recordValue(Math.max(0, latency));
    }

    long count(Outcome outcome) {
        return outcomes[outcome.ordinal()];
    }

    long records() {
        long sum = 0;
        for (long count : outcomes) {
            sum += count;
        }
        return sum;
    }

    long latencyNs(double percentile) {
        return latencyNs.getValueAtPercentile(percentile);
    }
}
