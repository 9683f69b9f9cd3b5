package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.braid.engine.CostModel;
import dev.braid.engine.GroupStats;
import dev.braid.engine.SimulatedGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Shares of {@value #GROUPS} groups with random weights and costs over more workers than there are cores. */
final class SimulatedShares {
    private static final long SEED = 64;
    private static final int GROUPS = 64;
    private static final int ROUND = 256;
    private static final int BACKLOG = 1024;
    private static final int FEW_SUB_STREAMS = 256;
    private static final int MAX_WEIGHT = 100;
    private static final int MAX_COST_NS = 100_000;

    private final List<Integer> workers;
    private final int manySubStreams;
    private final long records;

    private record Which(int workers, int subStreams) {
        String name() {
            return workers + (workers == 1 ? " worker, " : " workers, ") + Figures.decimals(subStreams, 0)
                    + " sub-streams";
        }
    }

    /**
     * What was simulated.
     *
     * @param maxShareError         the largest difference between a share and what the weight says.
     * @param maxRelativeShareError the largest of these in proportion to what the weight says.
     * @param conductedNsPerBatch   what conductor and merge took of real time, when batches end one by one.
     */
    private record Result(
            @JsonProperty("case") String name,
            String part,
            @JsonUnwrapped Extent extent,
            double maxShareError,
            double maxRelativeShareError,
            double lagOverBound,
            double conductedNsPerBatch) {}

    private record Extent(int workers, int groups, int subStreams) {}

    SimulatedShares(List<Integer> workers, int manySubStreams, long records) {
        this.workers = workers;
        this.manySubStreams = manySubStreams;
        this.records = records;
    }

    int steps() {
        return 2 * workers.size();
    }

    Findings measure(BenchSteps steps) throws InterruptedException {
        List<Which> cases = new ArrayList<>();
        for (int subStreams : new int[] {FEW_SUB_STREAMS, manySubStreams}) {
            workers.forEach(count -> cases.add(new Which(count, subStreams)));
        }
        Rounds<Which, Result> measured =
                new Rounds<>(1, (Which which) -> "simulated, " + which.name(), steps, this::simulate).run(cases);
        List<Result> results = new ArrayList<>();
        Table table = new Table(
                "simulated, " + GROUPS + " groups", "share error", "relative", "lag over bound", "conductor ns/batch");
        for (Which which : measured.cases()) {
            Result result = measured.of(which).get(0);
            results.add(result);
            table.row(
                    result.name(),
                    Figures.decimals(result.maxShareError(), 6),
                    Figures.decimals(result.maxRelativeShareError(), 4),
                    Figures.decimals(result.lagOverBound(), 3),
                    Figures.decimals(result.conductedNsPerBatch(), 1));
        }
        return new Findings(results, List.of(), List.of(table));
    }

    private Result simulate(Which which) {
        Random random = new Random(SEED);
        int[] weights = random.ints(GROUPS, 1, MAX_WEIGHT + 1).toArray();
        long[] costsNs = random.longs(GROUPS, 1_000, MAX_COST_NS).toArray();
        SimulatedGroups simulation = new SimulatedGroups(
                weights, which.subStreams() / GROUPS, which.workers(), ROUND, CostModel.NANOSECONDS, 2 * BACKLOG);
        simulation.saturate(BACKLOG, costsNs, () -> simulation.handled() >= records / 4); // They do not count.
        long[] before = simulation.serviceNs();
        long batches = simulation.batches();
        long conductedNs = simulation.conductedNs();
        long until = simulation.handled() + records;
        simulation.saturate(BACKLOG, costsNs, () -> simulation.handled() >= until);

        double[] shares = shares(before, simulation.serviceNs());
        double total = IntStream.of(weights).sum();
        double largest = 0;
        double relative = 0;
        for (int i = 0; i < GROUPS; i++) {
            double error = Math.abs(shares[i] - weights[i] / total);
            largest = Math.max(largest, error);
            relative = Math.max(relative, error * total / weights[i]);
        }
        return new Result(
                which.name(),
                "simulated",
                new Extent(which.workers(), GROUPS, which.subStreams()),
                largest,
                relative,
                lagOverBound(simulation.groups()),
                (double) (simulation.conductedNs() - conductedNs) / (simulation.batches() - batches));
    }

    private static double[] shares(long[] before, long[] after) {
        double total = LongStream.of(after).sum() - LongStream.of(before).sum();
        double[] shares = new double[after.length];
        Arrays.setAll(shares, i -> (after[i] - before[i]) / total);
        return shares;
    }

    private static double lagOverBound(List<GroupStats> groups) {
        return groups.stream()
                .mapToDouble(group -> (double) group.largestLead() / Math.max(1, group.largestBatch()))
                .max()
                .orElseThrow();
    }
}
