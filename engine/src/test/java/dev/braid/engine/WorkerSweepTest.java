package dev.braid.engine;

import dev.braid.engine.WorkerSimulation.Setup;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promise on shares over workers, see {@link FeasibleShares}, for every mix of up to {@value #GROUPS} groups,
 * {@value #SUB_STREAMS} sub-streams and {@value #WORKERS} workers, in simulated time. Weights, costs and the conductor's
 * timing are drawn from a seed: in the short form once for every mix, with {@code -Dbraid.sweep=N} N times.
 */
class WorkerSweepTest {
    private static final int GROUPS = 6;
    private static final int SUB_STREAMS = 6;
    private static final int WORKERS = 8;
    private static final int ROUND = 60;
    private static final int IN_FLIGHT = 1 << 12;
    private static final int WINDOWS = 2;
    private static final long SEED = 20_261_128;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void shouldKeepTheBoundAndTheSharesOfEveryMix(int groups) {
        int times = Integer.getInteger("braid.sweep", 1);
        for (int subStreams = 1; subStreams <= SUB_STREAMS; subStreams++) {
            for (int workers = 1; workers <= WORKERS; workers++) {
                for (int time = 0; time < times; time++) {
                    check(groups, subStreams, workers, SEED + 1_000_003L * time);
                }
            }
        }
    }

    private static void check(int groups, int subStreams, int workers, long seed) {
        Random random = new Random(Arrays.hashCode(new long[] {groups, subStreams, workers, seed}));
        int[] weights = weights(groups, random);
        boolean mixed = random.nextInt(4) == 0;
        int[] sizes = IntStream.range(0, groups)
                .map(i -> mixed ? 1 + random.nextInt(subStreams) : subStreams)
                .toArray();
        CostModel model = random.nextBoolean() ? CostModel.RECORDS : CostModel.NANOSECONDS;
        boolean unequal = random.nextBoolean();
        long[] costs = IntStream.range(0, groups)
                .mapToLong(i -> unequal ? 1_000L << random.nextInt(5) : 10_000)
                .toArray();
        boolean delayed = random.nextBoolean();
        Setup setup = new Setup(weights, sizes, workers, ROUND, model, IN_FLIGHT);
        WorkerSimulation simulation = new WorkerSimulation(
                setup, WorkerSimulation.NO_MERGE, null, delayed ? delays(weights, costs, random) : null);
        FeasibleShares shares = new FeasibleShares(simulation, setup, costs);
        // Where records are the cost, what jitter takes from a group that uses all its workers is nobody's to give
        // back.
        double jitter = model == CostModel.NANOSECONDS && random.nextBoolean() && !hasNoSlack(setup) ? 0.5 : 0;
        simulation.saturate(
                IntStream.range(0, groups).toArray(),
                Math.min(IN_FLIGHT, 4 * ROUND * workers),
                (int group) -> (long) (costs[group] * (1 - jitter + 2 * jitter * random.nextDouble())),
                () -> shares.observe() >= WINDOWS);
        shares.assertHeld(
                "weights " + Arrays.toString(weights) + ", sub-streams " + Arrays.toString(sizes) + ", " + workers
                        + " workers, " + model + ", costs " + Arrays.toString(costs) + ", jitter " + jitter
                        + ", delayed " + delayed
                        + ", seed " + seed);
    }

    /** Whether a group is due about as much as it can use: what jitter has it wait for, it can never make up for. */
    private static boolean hasNoSlack(Setup setup) {
        int groups = setup.weights().length;
        double[] limits = new double[groups];
        for (int i = 0; i < groups; i++) {
            limits[i] = Math.min(setup.subStreams()[i], setup.workers());
        }
        double[] due = WaterFilling.shares(setup.weights(), limits, setup.workers());
        double level = IntStream.range(0, groups)
                .mapToDouble(i -> due[i] / setup.weights()[i])
                .max()
                .orElseThrow();
        double workers = Math.min(setup.workers(), Arrays.stream(limits).sum());
        return IntStream.range(0, groups)
                .mapToDouble(i -> level * setup.weights()[i] * workers / limits[i])
                .anyMatch(part -> part > 0.95 && part < 1.05 && groups > 1);
    }

    private static int[] weights(int groups, Random random) {
        int kind = random.nextInt(3);
        return IntStream.range(0, groups)
                .map(i -> kind == 0 ? 1 : kind == 1 ? 1 << groups - 1 - i : 1 + random.nextInt(20))
                .toArray();
    }

    /** The conductor stays away for up to half of the shortest batch. */
    private static LongSupplier delays(int[] weights, long[] costs, Random random) {
        int sum = IntStream.of(weights).sum();
        long shortest = IntStream.range(0, weights.length)
                .mapToLong(i -> Math.max(1, ROUND * weights[i] / sum / 2) * costs[i])
                .min()
                .orElseThrow();
        return () -> 1 + (long) (random.nextDouble() * shortest / 2);
    }
}
