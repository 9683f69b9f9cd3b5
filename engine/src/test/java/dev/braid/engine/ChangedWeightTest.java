package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares by the new weights, after weights of groups with and without work have changed. */
class ChangedWeightTest {
    private static final int ROUND = 256;
    private static final long RECORD_NS = 1_000;

    @ParameterizedTest
    @CsvSource({
        "1000 1 10, 10", // Weights of a group without work, and how many seconds the other one is served before they
        // change.
        "8 1 8, 1200",
        "1000 1, 10",
        "1000 1, 2220", // Far beyond where virtual time begins anew.
        "1048576 1 1048576, 100000",
        "1 1048576 1, 100000"
    })
    void shouldServeAnIdleGroupWhoseWeightChanged(String changes, int seconds) {
        String[] weights = changes.split(" ");
        SchedulerRun run = new SchedulerRun(new int[] {1, Integer.parseInt(weights[0])}, ROUND, changes);
        busyFor(run, 1); // So that the idle group has a history, too.
        run.publish(1, 10);
        busyFor(run, seconds);
        for (int i = 1; i < weights.length; i++) {
            run.setWeight(1, Integer.parseInt(weights[i]));
        }
        busyFor(run, seconds);
        assertServesIdleGroup(run);
    }

    @ParameterizedTest
    @CsvSource({"37, 1000", "2220, 1", "172800, 1000"})
    void shouldServeAGroupThatSleptForLongWhateverItsWeightBecomes(int seconds, int weight) {
        SchedulerRun run = new SchedulerRun(new int[] {1, 1}, ROUND, seconds + " s");
        run.publish(1, 10);
        busyFor(run, seconds);
        run.setWeight(1, weight);
        assertServesIdleGroup(run);
    }

    private static void busyFor(SchedulerRun run, int seconds) {
        long until = run.totalService + TimeUnit.SECONDS.toNanos(seconds);
        while (run.totalService < until) {
            run.publish(0, ROUND);
            run.serve(group ->
                    group == 0 ? Math.max(RECORD_NS, TimeUnit.SECONDS.toNanos(seconds) / 5_000_000) : RECORD_NS);
        }
    }

    private static void assertServesIdleGroup(SchedulerRun run) {
        long[] before = run.served.clone();
        run.publish(1, 1_000);
        while (run.served[1] - before[1] < 1_000 * RECORD_NS) {
            run.publish(0, ROUND);
            run.serve(group -> RECORD_NS);
            double other = (double) (run.served[0] - before[0]) / run.weights[0];
            double own = (double) (run.served[1] - before[1]) / run.weights[1];
            assertTrue(
                    other - own <= 2.0 * ROUND * RECORD_NS / (run.weights[0] + run.weights[1]) + RECORD_NS,
                    "while the group that was idle got " + own + ", the other got " + other);
        }
    }

    @ParameterizedTest
    @CsvSource({"1000000, 1", "1000000, 7", "64, 1", "1, 1000000", "1, 64"})
    void shouldOweNoMoreThanABatchAtItsNewWeight(int from, int to) {
        for (int batches = 1; batches < 5; batches++) {
            SchedulerRun run = new SchedulerRun(new int[] {from, 1}, 256, "after " + batches + " batches");
            run.publish(0, 1 << 30);
            run.publish(1, 1 << 30);
            for (int i = 0; i < batches; i++) {
                run.serve(group -> 1);
            }
            run.setWeight(0, to);
            long[] before = run.served.clone();
            for (int i = 0; i < 100; i++) {
                run.serve(group -> 1);
                double lag = (double) (run.served[0] - before[0]) / to - (double) (run.served[1] - before[1]);
                double batch = Math.max(256.0 / (to + 1), 1);
                assertTrue(Math.abs(lag) <= 2 * batch + 1, "lag " + lag + " where a batch is " + batch);
            }
        }
    }

    @Test
    void shouldServeAGroupWithinARoundAfterItsWeightFellFromAMillion() {
        SchedulerRun run = new SchedulerRun(new int[] {1_000_000, 1}, 1 << 20, "1,000,000 to 1");
        run.publish(0, 1 << 30);
        run.publish(1, 1 << 30);
        run.serve(group -> 255);
        run.setWeight(0, 1);
        long before = run.served[0];
        run.serve(group -> 255);
        run.serve(group -> 255);
        assertTrue(run.served[0] > before, "it is silent");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 30, 300})
    void shouldGiveNobodyMoreThanItsDueHoweverOftenWeightsChange(int batchesBetween) {
        long seed = 20_261_128;
        Random random = new Random(seed);
        SchedulerRun run = new SchedulerRun(new int[] {1, 1, 1}, ROUND, "seed " + seed);
        for (int group = 0; group < 3; group++) {
            run.publish(group, 1 << 30);
        }
        double due = 0;
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(batchesBetween) == 0) { // Not at moments that depend on who is served.
                run.setWeight(0, random.nextBoolean() ? 64 : 1);
            }
            long before = run.totalService;
            run.serve(group -> 1);
            due += (run.totalService - before) * (double) run.weights[0] / (run.weights[0] + 2);
            assertEquals(run.served[1], run.served[2], 2 * ROUND, "groups whose weights stay");
        }
        assertEquals(due, run.served[0], 0.05 * due, "the one whose weight changes");
        long lead = EngineCounters.get(run.counters.reader(), 0, EngineCounters.PerGroup.LARGEST_LEAD);
        long batch = EngineCounters.get(run.counters.reader(), 0, EngineCounters.PerGroup.LARGEST_BATCH);
        assertTrue(lead <= batch, "lead " + lead + " of a batch of " + batch);
    }

    @ParameterizedTest
    @CsvSource({"2, RECORDS", "2, NANOSECONDS", "4, NANOSECONDS"})
    void shouldKeepSharesOnWorkersWhileWeightsChangeThousandsOfTimesASecond(int workers, CostModel costModel) {
        long seed = 20_261_129;
        Random random = new Random(seed);
        int[] weights = {1, 1};
        WorkerSimulation simulation = new WorkerSimulation(weights, 4, workers, ROUND, costModel, 1 << 13);
        long[] costs = {10_000, 10_000};
        double[] due = new double[2];
        long[] before = simulation.serviceNs();
        long windowNs = TimeUnit.MILLISECONDS.toNanos(150);
        for (int window = 0; window < 5; window++) {
            long windowEndNs = simulation.nowNs() + windowNs;
            while (simulation.nowNs() < windowEndNs) {
                weights[0] = random.nextBoolean() ? 64 : 1;
                simulation.pipeline().weightChanges.request(0, weights[0]);
                long beganNs = simulation.nowNs();
                long untilNs = beganNs + 1 + random.nextInt(1_000_000); // Two thousand changes a second.
                simulation.saturate(new int[] {0, 1}, 8 * ROUND, costs, () -> simulation.nowNs() >= untilNs);
                double work = (double) (simulation.nowNs() - beganNs) * workers / (weights[0] + weights[1]);
                due[0] += weights[0] * work;
                due[1] += weights[1] * work;
            }
            long[] after = simulation.serviceNs();
            double share = (double) (after[1] - before[1]) / (after[0] + after[1] - before[0] - before[1]);
            assertEquals(due[1] / (due[0] + due[1]), share, 0.1, "share of the one whose weight stays, seed " + seed);
            before = after;
            due = new double[2];
        }
        // A step is a batch by a weight of 1, and the lead may have been seen by a weight of 64.
        long largestStep = simulation.groups().stream()
                .mapToLong(GroupStats::largestBatch)
                .max()
                .orElseThrow();
        for (GroupStats group : simulation.groups()) {
            assertTrue(
                    group.largestLead() <= 64L * (3 * workers + 1) * largestStep,
                    group.name() + " led by " + group.largestLead() + ", its largest batch is " + group.largestBatch());
        }
        simulation.drain();
    }
}
