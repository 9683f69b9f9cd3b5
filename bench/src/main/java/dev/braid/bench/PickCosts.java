package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a pick costs when there are more groups, and more sub-streams. It is measured as a difference, several times a round,
 * and told only where it is more than the noise: the distance between the quartiles of the differences.
 */
final class PickCosts {
    private final List<Integer> groups;
    private final int manySubStreams;
    private final long measuredMs;

    private record Which(int groups, int subStreams) {
        String name() {
            return Figures.decimals(groups, 0) + " groups, " + Figures.decimals(subStreams, 0) + " sub-streams";
        }
    }

    /**
     * What was measured.
     *
     * @param nsPerPick   of the medians of the rounds, {@code null} if the noise is larger.
     * @param nsPerPickAtMost what it is less than, if the noise is larger, otherwise {@code null}.
     * @param noiseNs     the noise.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Result(
            @JsonProperty("case") String name,
            String part,
            int groups,
            int subStreams,
            Spread nsPerPick,
            Double nsPerPickAtMost,
            double noiseNs) {
        static Result of(Which which, List<double[]> rounds) {
            double[] all = Ratio.flat(rounds);
            Arrays.sort(all);
            double upper = all[all.length * 3 / 4];
            double noise = upper - all[all.length / 4];
            Spread medians = Spread.of(rounds.stream()
                    .mapToDouble(each -> Spread.of(each).median())
                    .toArray());
            boolean isHeard = medians.median() > noise;
            return new Result(
                    which.name(),
                    "pick",
                    which.groups(),
                    which.subStreams(),
                    isHeard ? medians : null,
                    isHeard ? null : Math.max(upper, noise),
                    noise);
        }
    }

    PickCosts(List<Integer> groups, int manySubStreams, long measuredMs) {
        this.groups = groups;
        this.manySubStreams = manySubStreams;
        this.measuredMs = measuredMs;
    }

    int steps(int rounds) {
        return 2 * rounds * groups.size();
    }

    Findings measure(int rounds, BenchSteps steps) throws InterruptedException {
        List<Which> cases = new ArrayList<>();
        for (int count : groups) {
            cases.addAll(List.of(new Which(count, count), new Which(count, manySubStreams)));
        }
        Rounds<Which, double[]> measured =
                new Rounds<>(rounds, (Which which) -> "pick, " + which.name(), steps, this::measure).run(cases);
        List<Result> results = new ArrayList<>();
        Table table = new Table("pick", "ns", "min", "max", "noise");
        for (Which which : measured.cases()) {
            Result result = Result.of(which, measured.of(which));
            results.add(result);
            Spread spread = result.nsPerPick();
            table.row(
                    which.name(),
                    spread == null
                            ? "< " + Figures.decimals(result.nsPerPickAtMost(), 1)
                            : Figures.decimals(spread.median(), 1),
                    spread == null ? "" : Figures.decimals(spread.min(), 1),
                    spread == null ? "" : Figures.decimals(spread.max(), 1),
                    Figures.decimals(result.noiseNs(), 1));
        }
        return new Findings(results, List.of(), List.of(table));
    }

    private double[] measure(Which which) {
        double nsPerDutyCycle = PickCost.nsPerDutyCycle(measuredMs);
        return new PickCost(which.groups(), which.subStreams(), measuredMs).measure(nsPerDutyCycle);
    }
}
