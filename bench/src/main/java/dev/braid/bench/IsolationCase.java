package dev.braid.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How gold is published, and what floods the engine beside it. All bronze groups have weight 1, and always work.
 *
 * @param goldWeight    the weight of gold.
 * @param bronzeGroups  how many groups of bronze there are.
 * @param bronzeCostNs  what a record of bronze costs.
 * @param goldLoad      the part of the engine's time that gold's records take at a steady pace, or {@link #ONE_AT_A_TIME}.
 * @param mostBatches   how many batches of bronze a gold record may have to wait for.
 */
record IsolationCase(
        String name, int goldWeight, int bronzeGroups, long bronzeCostNs, double goldLoad, int mostBatches) {
    /** Cost of a record of gold. */
    static final long GOLD_COST_NS = 1_000;
    /** Gold has one record in flight: the next one is published when the last one was handled. */
    static final double ONE_AT_A_TIME = 0;
    /** Records of a round. */
    static final int ROUND = 16;

    private static final double LOAD = 0.2;
    private static final int LIGHT_WEIGHT = 9;
    private static final int HEAVY_WEIGHT = 64;
    private static final int[] MANY_GROUPS = {16, 64, 256};
    private static final long COST_OF_MANY_NS = 10 * GOLD_COST_NS;
    private static final int PER_CENT = 100;

    static List<IsolationCase> all() {
        List<IsolationCase> cases = new ArrayList<>();
        cases.add(new IsolationCase("bronze floods", LIGHT_WEIGHT, 1, GOLD_COST_NS, LOAD, 1));
        cases.add(new IsolationCase(
                "bronze floods, its handler 100 x slower", LIGHT_WEIGHT, 1, 100 * GOLD_COST_NS, LOAD, 1));
        for (int groups : MANY_GROUPS) {
            cases.add(many(groups, "gold one record at a time", ONE_AT_A_TIME));
            double due = (double) HEAVY_WEIGHT / (HEAVY_WEIGHT + groups);
            double load = Math.min(LOAD, due / 2); // Beyond its share, gold would wait for itself.
            cases.add(many(groups, String.format(Locale.ROOT, "gold at %.0f %% load", PER_CENT * load), load));
        }
        return cases;
    }

    private static IsolationCase many(int groups, String gold, double load) {
        return new IsolationCase(groups + " bronze groups, " + gold, HEAVY_WEIGHT, groups, COST_OF_MANY_NS, load, 2);
    }

    /** What a batch of a bronze group costs, while gold has no work: its part of the round, at least one record. */
    long bronzeBatchNs() {
        return Math.max(1, ROUND / bronzeGroups) * bronzeCostNs;
    }

    /** The part of a latency that other groups' batches do not explain. */
    long unexplainedNs(long latencyNs) {
        return Math.max(0, latencyNs - mostBatches * bronzeBatchNs());
    }
}
