package dev.braid.bench;

import dev.braid.engine.CostModel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A load whose shares are known beforehand: groups that always have work.
 *
 * @param name       for reports.
 * @param weights    by group.
 * @param costsNs    of a record, by group.
 * @param subStreams of each group.
 * @param costModel  what is shared.
 */
record FairnessCase(String name, int[] weights, long[] costsNs, int subStreams, CostModel costModel) {
    private static final long COST_NS = 1_000;
    private static final long SEED = 64;

    static List<FairnessCase> all() {
        return List.of(
                time("9:1 cost 1:1", COST_NS, COST_NS),
                time("9:1 cost 1:100", COST_NS, 100 * COST_NS),
                time("9:1 cost 100:1", 100 * COST_NS, COST_NS),
                records("9:1", 1, 9, 1),
                records("8:4:2:1", 1, 8, 4, 2, 1),
                records("6:3:1", 1, 6, 3, 1),
                records("50:1", 1, 50, 1),
                records("1:1000", 1, 1, 1_000),
                records(
                        "64 groups of random weights",
                        1,
                        new Random(SEED).ints(64, 1, 100).toArray()),
                records(
                        "16 groups, 4096 sub-streams",
                        256,
                        IntStream.rangeClosed(1, 16).toArray()));
    }

    private static FairnessCase time(String name, long... costsNs) {
        return new FairnessCase(name, new int[] {9, 1}, costsNs, 1, CostModel.NANOSECONDS);
    }

    private static FairnessCase records(String name, int subStreams, int... weights) {
        long[] costsNs = new long[weights.length];
        Arrays.fill(costsNs, COST_NS);
        return new FairnessCase(name, weights, costsNs, subStreams, CostModel.RECORDS);
    }

    double[] expected() {
        double total = IntStream.of(weights).sum();
        return IntStream.of(weights).mapToDouble(weight -> weight / total).toArray();
    }
}
