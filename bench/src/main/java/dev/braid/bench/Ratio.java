package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A comparison of one case with another of the same run.
 *
 * @param name   {@code candidate/baseline}.
 * @param median of the candidate, over the median of the baseline.
 * @param min    the least ratio of the medians of a round in which both took turns, or the median if that is less; {@code null} if
 *               there was only one such round, which has no spread.
 * @param max    the largest such ratio, or the median if that is more; {@code null} if there was only one such round.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Ratio(String name, double median, Double min, Double max) {
    /**
     * Compares by round, over the rounds that both have.
     *
     * @param candidate the figures of each round; empty if it is missing.
     * @param baseline  the figures of each round; empty if it is missing.
     * @return empty if there is no such round.
     */
    static Optional<Ratio> of(String name, List<double[]> candidate, List<double[]> baseline) {
        if (candidate.size() != baseline.size()) {
            throw new IllegalArgumentException(
                    name + ": " + candidate.size() + " rounds of one, " + baseline.size() + " of the other");
        }
        int[] rounds = IntStream.range(0, candidate.size())
                .filter(round -> candidate.get(round).length > 0 && baseline.get(round).length > 0)
                .toArray();
        if (rounds.length == 0) {
            return Optional.empty();
        }
        double median = median(candidate, rounds) / median(baseline, rounds);
        if (rounds.length == 1) {
            return Optional.of(new Ratio(name, median, null, null));
        }
        Spread spread = Spread.of(Arrays.stream(rounds)
                .mapToDouble(round -> Spread.of(candidate.get(round)).median()
                        / Spread.of(baseline.get(round)).median())
                .toArray());
        return Optional.of(new Ratio(name, median, Math.min(spread.min(), median), Math.max(spread.max(), median)));
    }

    /**
     * Returns the ratios with these names whose cases were both measured.
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
                of(name, candidate, baseline).ifPresent(ratios::add);
            }
        }
        return ratios;
    }

    private static double median(List<double[]> figures, int[] rounds) {
        return Spread.of(flat(Arrays.stream(rounds).mapToObj(figures::get).toList()))
                .median();
    }

    static double[] flat(List<double[]> rounds) {
        return rounds.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
