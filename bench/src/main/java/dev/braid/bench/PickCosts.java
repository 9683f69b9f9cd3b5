package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pick costs when there are more groups, and more sub-streams. */
final class PickCosts {
    private final List<Integer> groups;
    private final int manySubStreams;
    private final long measuredMs;

    private record Which(int groups, int subStreams) {
        String name() {
            return Figures.decimals(groups, 0) + " groups, " + Figures.decimals(subStreams, 0) + " sub-streams";
        }
    }

    private record Result(
            @JsonProperty("case") String name, String part, int groups, int subStreams, Spread nsPerPick) {}

    PickCosts(List<Integer> groups, int manySubStreams, long measuredMs) {
        this.groups = groups;
        this.manySubStreams = manySubStreams;
        this.measuredMs = measuredMs;
    }

    int steps(int rounds) {
        return 2 * rounds * groups.size();
    }

    Findings measure(int rounds, Progress progress) {
        Map<Which, List<Double>> measured = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            double nsPerDutyCycle = PickCost.nsPerDutyCycle(measuredMs);
            for (int count : groups) {
                for (Which which : List.of(new Which(count, count), new Which(count, manySubStreams))) {
                    progress.step("pick, " + which.name() + ", round " + round + " of " + rounds);
                    measured.computeIfAbsent(which, key -> new ArrayList<>())
                            .add(new PickCost(which.groups(), which.subStreams(), measuredMs).measure(nsPerDutyCycle));
                }
            }
        }
        List<Result> results = new ArrayList<>();
        Table table = new Table("pick", "ns", "min", "max");
        measured.forEach((which, all) -> {
            Spread spread =
                    Spread.of(all.stream().mapToDouble(Double::doubleValue).toArray());
            results.add(new Result(which.name(), "pick", which.groups(), which.subStreams(), spread));
            table.row(
                    which.name(),
                    Figures.decimals(spread.median(), 1),
                    Figures.decimals(spread.min(), 1),
                    Figures.decimals(spread.max(), 1));
        });
        return new Findings(results, List.of(), List.of(table), true);
    }
}
