package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
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
                new int[] {1, 10, 10}, 1, 2, ROUND, CostModel.RECORDS, IN_FLIGHT, merge, jobs::add);
        long[] costs = {cost, cost, cost};
        simulation.saturate(new int[] {0, 1}, 4 * ROUND, costs, () -> simulation.handled()[0] >= 20_000);
        assertEquals(simulation.handled()[0], simulation.handled()[1], ROUND, "shares of 10:1 on two workers");
        long newcomerAtNs = simulation.nowNs;
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
                weights, subStreams, workers, round, CostModel.RECORDS, IN_FLIGHT, merge, jobs::add);
        long[] costs = new long[9];
        Arrays.fill(costs, cost);
        int[] heavy = IntStream.range(0, 8).toArray();
        Random random = new Random(SEED);
        List<Long> publishedAtNs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            // Never so soon after the one before that it would owe for that.
            long until = simulation.nowNs + round * cost / 2 + random.nextInt(round * cost);
            simulation.saturate(heavy, 800, costs, () -> simulation.nowNs >= until);
            publishedAtNs.add(simulation.nowNs);
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
                    stats.largestLead() <= stats.largestBatch(),
                    "lead of group " + group + ": " + stats.largestLead() + " of " + stats.largestBatch());
        }
        simulation.drain();
    }

    private static int[] ints(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
