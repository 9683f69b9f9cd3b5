package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.WorkerSimulation.Setup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares over workers, in simulated time. */
class WorkerShareTest {
    private static final int ROUND = 256;
    private static final int RECORDS = 100_000;
    private static final int IN_FLIGHT = 1 << 13;
    private static final long SEED = 20_261_124;

    @ParameterizedTest
    @CsvSource({
        "4 1 1 1 1, 1, 2",
        "10 1, 1, 2",
        "1000 1, 1, 2",
        "10 1 1, 1, 2",
        "2 1 1 1, 1, 2",
        "8 4 2 1, 4, 1",
        "8 4 2 1, 4, 2",
        "8 4 2 1, 4, 4",
        "6 3 1, 2, 4",
        "100 10 1, 4, 4",
        "100 10 1, 1, 4",
        "50 1, 8, 8",
        "5 4 3 2 1, 2, 3"
    })
    void shouldGiveSharesAsFarAsWorkersAllow(String weights, int subStreams, int workers) {
        assertShares(ints(weights), subStreams, workers);
    }

    @ParameterizedTest
    @CsvSource({"4", "2"})
    void shouldGiveSixteenAndFortyEightOfOneTheirShares(int workers) {
        int[] weights = new int[49];
        Arrays.fill(weights, 1);
        weights[0] = 16;
        assertShares(weights, 1, workers);
    }

    @Test
    void shouldNotLetAHeavyNewcomerStopALightGroup() {
        int cost = 50_000;
        List<WorkerSimulation.Served> jobs = new ArrayList<>();
        RecordingMerge merge = new RecordingMerge();
        WorkerSimulation simulation = new WorkerSimulation(
                Setup.of(new int[] {1, 10, 10}, 1, 2, ROUND, CostModel.RECORDS, IN_FLIGHT), merge, jobs::add, null);
        long[] costs = {cost, cost, cost};
        simulation.saturate(new int[] {0, 1}, 4 * ROUND, costs, () -> simulation.handled()[0] >= 20_000);
        assertEquals(simulation.handled()[0], simulation.handled()[1], ROUND, "shares of 10:1 on two workers");
        long newcomerAtNs = simulation.nowNs();
        simulation.saturate(
                new int[] {0, 1, 2}, 4 * ROUND, costs, () -> simulation.handled()[2] >= 20_000);
        long batchNs = ROUND * 10L / 21 * cost;
        long lastNs = newcomerAtNs;
        long longestNs = 0;
        for (WorkerSimulation.Served served : jobs) {
            if (served.group() == 0 && served.endNs() > newcomerAtNs) {
                longestNs = Math.max(longestNs, served.startNs() - lastNs);
                lastNs = served.endNs();
            }
        }
        assertTrue(
                longestNs <= 2 * batchNs,
                "the light group waited for " + (double) longestNs / batchNs + " batches of a heavy one");
        simulation.drain();
        merge.assertComplete(jobs.size());
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 4", "4, 1", "4, 4"})
    void shouldServeASporadicRecordAfterOneBatchPerWorkerAtMost(int workers, int subStreams) {
        int[] weights = {8, 8, 8, 8, 8, 8, 8, 8, 1};
        int round = 650; // Batches of 80.
        int cost = 10_000;
        List<WorkerSimulation.Served> jobs = new ArrayList<>();
        RecordingMerge merge = new RecordingMerge();
        WorkerSimulation simulation = new WorkerSimulation(
                Setup.of(weights, subStreams, workers, round, CostModel.RECORDS, IN_FLIGHT), merge, jobs::add, null);
        long[] costs = new long[9];
        Arrays.fill(costs, cost);
        int[] heavy = IntStream.range(0, 8).toArray();
        Random random = new Random(SEED);
        List<Long> publishedAtNs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            // Never so soon after the one before that it would owe for that.
            long until = simulation.nowNs() + round * cost / 2 + random.nextInt(round * cost);
            simulation.saturate(heavy, 800, costs, () -> simulation.nowNs() >= until);
            publishedAtNs.add(simulation.nowNs());
            simulation.publish(8, cost);
        }
        simulation.drain();
        merge.assertComplete(jobs.size());
        List<WorkerSimulation.Served> sporadic =
                jobs.stream().filter(served -> served.group() == 8).toList();
        for (int i = 0; i < publishedAtNs.size(); i++) {
            long waitedNs = sporadic.get(i).startNs() - publishedAtNs.get(i);
            assertTrue(
                    waitedNs <= 80 * cost,
                    "sporadic record " + i + " waited for " + waitedNs / (80.0 * cost) + " batches, seed " + SEED);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "8, 8", "32, 32", "32, 64", "32, 33", "5, 17", "8, 3"})
    void shouldUseAllWorkersForSubStreamsWithOneRecordEach(int workers, int subStreams) {
        long cost = 100_000_000;
        WorkerSimulation simulation =
                new WorkerSimulation(new int[] {1}, subStreams, workers, 256, CostModel.RECORDS, IN_FLIGHT);
        for (int repeat = 1; repeat <= 2; repeat++) {
            for (int i = 0; i < subStreams; i++) {
                simulation.publish(0, cost);
            }
            long beganNs = simulation.nowNs();
            while (simulation.allHandled() < (long) repeat * subStreams) {
                simulation.step();
            }
            long least = (subStreams + workers - 1) / workers * cost;
            assertTrue(
                    simulation.nowNs() - beganNs <= least,
                    subStreams + " records took " + (simulation.nowNs() - beganNs) + " ns on " + workers + " workers");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4", "8"})
    void shouldShareTimeByWeightAmongSixtyFourGroupsOfMixedCosts(int workers) {
        Random random = new Random(SEED);
        int[] weights = random.ints(64, 1, 100).toArray();
        long[] costs = random.longs(64, 1_000, 100_000).toArray();
        WorkerSimulation simulation =
                new WorkerSimulation(weights, 4, workers, ROUND, CostModel.NANOSECONDS, IN_FLIGHT);
        int[] all = IntStream.range(0, 64).toArray();
        simulation.saturate(all, 1_000, costs, () -> simulation.allHandled() >= 4 * RECORDS);
        double weight = IntStream.of(weights).sum();
        double total = Arrays.stream(simulation.serviceNs()).sum();
        for (int group = 0; group < weights.length; group++) {
            assertEquals(
                    weights[group] / weight,
                    simulation.serviceNs()[group] / total,
                    0.002,
                    "share of group " + group + ", seed " + SEED);
        }
        simulation.drain();
    }

    @Test
    void shouldNotForgetWhatShortBatchesMissedBehindLongOnes() {
        int groups = 16;
        int workers = 16;
        int[] weights = new int[groups];
        long[] costs = new long[groups];
        Arrays.fill(weights, 50);
        Arrays.fill(costs, 50_000);
        costs[0] = 1_000; // All its sub-streams can wait in reserve at once, each behind a batch fifty times as long.
        WorkerSimulation simulation =
                new WorkerSimulation(weights, 4, workers, ROUND, CostModel.NANOSECONDS, IN_FLIGHT);
        int[] all = IntStream.range(0, groups).toArray();
        simulation.saturate(all, 2_000, costs, () -> simulation.allHandled() >= RECORDS);
        double total = Arrays.stream(simulation.serviceNs()).sum();
        for (int group = 0; group < groups; group++) {
            assertEquals(1, simulation.serviceNs()[group] / total * groups, 0.02, "share of group " + group);
        }
        simulation.drain();
    }

    /** Until the first batch of a group comes back, nobody knows that its records are dear, and it is charged next to nothing. */
    @ParameterizedTest
    @CsvSource({"8 11, 13 16, 7, 32, 4000 32000", "12 15 3, 11 9 14, 6, 64, 32000 1000 4000"})
    void shouldHoldTheBoundFromTheStartThoughCostsAreNotKnown(
            String weights, String subStreams, int workers, int round, String costs) {
        Setup setup = new Setup(ints(weights), ints(subStreams), workers, round, CostModel.NANOSECONDS, IN_FLIGHT);
        WorkerSimulation simulation = new WorkerSimulation(setup, WorkerSimulation.NO_MERGE, null, null);
        long[] costsNs = Arrays.stream(ints(costs)).asLongStream().toArray();
        FeasibleShares shares = new FeasibleShares(simulation, setup, costsNs);
        int[] all = IntStream.range(0, setup.weights().length).toArray();
        simulation.saturate(all, 4 * round * workers, costsNs, () -> shares.observe() >= 2);
        shares.assertHeld("weights " + weights);
    }

    /** Two and three groups of two sub-streams, on workers that are not twice or three times as many. */
    @ParameterizedTest
    @CsvSource({"2, 3", "3, 4", "3, 5"})
    void shouldLockNoGroupOutOfAWorkerWhateverTheTiming(int groups, int workers) {
        int[] weights = new int[groups];
        Arrays.fill(weights, 1);
        long[] costs = new long[groups];
        Arrays.fill(costs, 1_000_000);
        for (int seed = 0; seed < 5; seed++) {
            for (CostModel model : CostModel.values()) {
                Random random = new Random(SEED + seed);
                int round = ROUND / 4;
                Setup setup = Setup.of(weights, 2, workers, round, model, IN_FLIGHT);
                long batchNs = round / groups / 2 * costs[0];
                WorkerSimulation simulation = new WorkerSimulation(
                        setup, WorkerSimulation.NO_MERGE, null, () -> 1 + (long) (random.nextDouble() * batchNs));
                FeasibleShares shares = new FeasibleShares(simulation, setup, costs);
                int[] all = IntStream.range(0, groups).toArray();
                simulation.saturate(all, 4 * round * workers, costs, () -> shares.observe() >= 2);
                shares.assertHeld(groups + " groups, " + workers + " workers, " + model + ", seed " + (SEED + seed));
            }
        }
    }

    @Test
    void shouldNotSaveUpWhatAGroupCouldNotUse() {
        int[] weights = {10, 1, 30};
        long[] costs = {50_000, 50_000, 50_000};
        // The first one is due ten times as much as the second, but can use only one of two workers.
        Setup setup = new Setup(weights, new int[] {1, 4, 4}, 2, ROUND, CostModel.RECORDS, IN_FLIGHT);
        WorkerSimulation simulation = new WorkerSimulation(setup, WorkerSimulation.NO_MERGE, null, null);
        simulation.saturate(new int[] {0, 1}, 4 * ROUND, costs, () -> simulation.allHandled() >= RECORDS);
        assertEquals(simulation.handled()[0], simulation.handled()[1], ROUND, "a worker each");
        // With the third it is due less than a worker, and has no more: from the first rounds on.
        long[] before = simulation.handled();
        long until = simulation.allHandled() + 20 * ROUND;
        simulation.saturate(new int[] {0, 1, 2}, 4 * ROUND, costs, () -> simulation.allHandled() >= until);
        double total = simulation.allHandled() - Arrays.stream(before).sum();
        double[] due = WaterFilling.shares(weights, new double[] {1, 2, 2}, 2);
        for (int i = 0; i < weights.length; i++) {
            double share = (simulation.handled()[i] - before[i]) / total;
            assertEquals(due[i], share, 0.05, "share of group " + i + " in the first twenty rounds");
        }
    }

    /**
     * Of two groups, 3:1 on four workers, the heavy one has one record of each of its sub-streams in flight, and the other one
     * always has work. With batches that spanned several of its sub-streams, and with batches of the other one going first, it had
     * 0.003 to 0.5.
     *
     * @param isLate whether its publisher knows that a record was handled only when another batch has ended, too.
     */
    @ParameterizedTest
    @CsvSource({
        "NANOSECONDS, 2, 10000, false",
        "NANOSECONDS, 2, 1000000, false",
        "NANOSECONDS, 4, 10000, false",
        "NANOSECONDS, 4, 10000, true",
        "NANOSECONDS, 4, 64000, true",
        "NANOSECONDS, 4, 1000000, true",
        "NANOSECONDS, 8, 1000, true",
        "NANOSECONDS, 8, 1000000, false",
        "RECORDS, 2, 10000, false",
        "RECORDS, 4, 10000, false",
        "RECORDS, 4, 10000, true",
        "RECORDS, 8, 10000, true"
    })
    void shouldGiveItsShareToAGroupWithOneRecordOfEachSubStreamInFlight(
            CostModel model, int subStreams, int cost, boolean isLate) {
        int flood = 10_000;
        Deque<Integer> handled = new ArrayDeque<>();
        Setup setup = new Setup(new int[] {3, 1}, new int[] {subStreams, 16}, 4, ROUND, model, IN_FLIGHT);
        WorkerSimulation simulation = new WorkerSimulation(
                setup,
                WorkerSimulation.NO_MERGE,
                served -> {
                    if (served.group() == 0) {
                        handled.add(served.subStream());
                    }
                },
                null);
        for (int i = 0; i < subStreams; i++) {
            simulation.publish(0, cost);
        }
        while (simulation.batches() < 20_000) {
            while (simulation.backlog(1) < 2_048) {
                simulation.publish(1, flood);
            }
            int known = isLate ? handled.size() : 0;
            simulation.step();
            for (int i = isLate ? known : handled.size(); i > 0; i--) {
                simulation.publish(0, handled.remove(), cost);
            }
        }
        double[] due = WaterFilling.shares(new int[] {3, 1}, new double[] {Math.min(subStreams, 4), 4}, 4);
        double total = Arrays.stream(simulation.serviceNs()).sum();
        assertEquals(due[0], simulation.serviceNs()[0] / total, 0.015, "share of the group that asks for little");
    }

    /** In windows of so many changes, however fast they come, each of two groups has its turn at being the heavy one. */
    @ParameterizedTest
    @CsvSource({"2, 2, 100", "2, 2, 300", "4, 3, 100", "8, 4, 250"})
    void shouldShareByTheWeightsOfTheMomentWhileTheyChangeThousandsOfTimesASecond(
            int workers, int subStreams, int everyUs) {
        int[] weights = {1, 64};
        long[] costs = {2_000, 2_000};
        Random random = new Random(SEED);
        Setup setup = Setup.of(weights, subStreams, workers, ROUND, CostModel.RECORDS, IN_FLIGHT);
        WorkerSimulation simulation =
                new WorkerSimulation(setup, WorkerSimulation.NO_MERGE, null, () -> 1 + random.nextInt(20_000));
        long[] atWindow = simulation.handled();
        for (int change = 1; change <= 2_000; change++) {
            long untilNs = change * everyUs * 1_000L;
            simulation.saturate(new int[] {0, 1}, 4 * ROUND * workers, costs, () -> simulation.nowNs() >= untilNs);
            int heavy = change % 2;
            simulation.setWeight(heavy, 1);
            simulation.setWeight(1 - heavy, 64);
            if (change % 100 == 0) {
                long[] now = simulation.handled();
                double first = now[0] - atWindow[0];
                double second = now[1] - atWindow[1];
                assertEquals(0.5, first / (first + second), 0.15, "share of the first at change " + change);
                atWindow = now;
            }
        }
    }

    private static void assertShares(int[] weights, int subStreams, int workers) {
        WorkerSimulation simulation =
                new WorkerSimulation(weights, subStreams, workers, ROUND, CostModel.RECORDS, IN_FLIGHT);
        long[] costs = new long[weights.length];
        Arrays.fill(costs, 50_000);
        int backlog = Math.min(8_000, 4 * ROUND * workers);
        simulation.saturate(
                IntStream.range(0, weights.length).toArray(), backlog, costs, () -> simulation.allHandled() >= RECORDS);
        double[] most = new double[weights.length];
        Arrays.fill(most, Math.min(subStreams, workers));
        double[] due = WaterFilling.shares(weights, most, workers);
        double total = simulation.allHandled();
        for (int group = 0; group < weights.length; group++) {
            assertEquals(due[group], simulation.handled()[group] / total, 0.002, "share of group " + group);
            GroupStats stats = simulation.groups().get(group);
            assertTrue(
                    stats.largestLead() <= (workers + 1) * stats.largestBatch(),
                    "lead of group " + group + ": " + stats.largestLead() + " of " + stats.largestBatch());
        }
        simulation.drain();
    }

    private static int[] ints(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
