package dev.braid.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How one case compares with another of the same run.
 *
 * @param name   {@code candidate/baseline}.
 * @param median of the candidate, over the median of the baseline.
 * @param min    the least ratio of the medians of a round, in which both took turns; but the median where that is less.
 * @param max    the same for the most.
 */
record Ratio(String name, double median, double min, double max) {
    /**
     * Compares by round.
     *
     * @param candidate the figures of each round.
     * @param baseline  the same for the baseline.
     */
    static Ratio of(String name, List<double[]> candidate, List<double[]> baseline) {
        if (candidate.size() != baseline.size()) {
            throw new IllegalArgumentException(
                    name + ": " + candidate.size() + " rounds of one, " + baseline.size() + " of the other");
        }
        double[] byRound = new double[candidate.size()];
        Arrays.setAll(
                byRound,
                round -> Spread.of(candidate.get(round)).median()
                        / Spread.of(baseline.get(round)).median());
        Spread spread = Spread.of(byRound);
        double median =
                Spread.of(flat(candidate)).median() / Spread.of(flat(baseline)).median();
        return new Ratio(name, median, Math.min(spread.min(), median), Math.max(spread.max(), median));
    }

    /**
     * The ratios with these names whose cases were both measured.
     *
     * @param figures of each case, by round.
     */
    static List<Ratio> of(List<String> names, Map<String, List<double[]>> figures) {
        List<Ratio> ratios = new ArrayList<>();
        for (String name : names) {
            int slash = name.indexOf('/');
            List<double[]> candidate = figures.get(name.substring(0, slash));
            List<double[]> baseline = figures.get(name.substring(slash + 1));
            if (candidate != null && baseline != null) {
                ratios.add(of(name, candidate, baseline));
            }
        }
        return ratios;
    }

    static double[] flat(List<double[]> rounds) {
        return rounds.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
