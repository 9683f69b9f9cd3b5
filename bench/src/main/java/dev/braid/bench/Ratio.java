package dev.braid.bench;

import java.util.Arrays;

/**
 * How one case compares with another of the same run.
 *
 * @param name   {@code candidate/baseline}.
 * @param median of the candidate over the median of the baseline.
 * @param min    the least ratio of any round, in which both took turns, or the median if that is less.
 * @param max    the same for the most.
 */
record Ratio(String name, double median, double min, double max) {
    /**
     * Compares by round.
     *
     * @param candidate one figure for each round.
     * @param baseline  one figure for each round.
     */
    static Ratio of(String name, double[] candidate, double[] baseline) {
        if (candidate.length != baseline.length) {
            throw new IllegalArgumentException(
                    name + ": " + candidate.length + " rounds of one, " + baseline.length + " of the other");
        }
        double[] byRound = new double[candidate.length];
        Arrays.setAll(byRound, round -> candidate[round] / baseline[round]);
        Spread spread = Spread.of(byRound);
        double median = Spread.of(candidate).median() / Spread.of(baseline).median();
        return new Ratio(name, median, Math.min(spread.min(), median), Math.max(spread.max(), median));
    }
}
