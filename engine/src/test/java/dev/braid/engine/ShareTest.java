package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Shares of groups that stay backlogged, in an engine that the test drives. */
class ShareTest {
    @ParameterizedTest
    @CsvSource({"8 4 2 1,8", "6 3 1,3", "50 1,2", "1 1000,2", "9 1,2", "1 1 1 1,4096", "4 1 1 1 1,5"})
    void shouldShareRecordsByWeight(String weights, int subStreams) {
        assertShares(ints(weights), subStreams, CostModel.RECORDS, group -> 1);
    }

    @ParameterizedTest
    @CsvSource({"9 1,1 1", "9 1,1 100", "9 1,100 1", "8 4 2 1,1 10 100 1000", "1 1000,7 3"})
    void shouldShareTimeByWeightWhateverTheHandlersCost(String weights, String costs) {
        int[] cost = ints(costs);
        assertShares(ints(weights), cost.length, CostModel.NANOSECONDS, group -> cost[group]);
    }

    @Test
    void shouldShareByWeightAmongSixtyFourGroups() {
        assertShares(new Random(64).ints(64, 1, 100).toArray(), 64, CostModel.RECORDS, group -> 1);
    }

    @Test
    void shouldShareByWeightAmongManySubStreams() {
        assertShares(IntStream.rangeClosed(1, 16).toArray(), 4_096, CostModel.RECORDS, group -> 1);
    }

    private static void assertShares(int[] weights, int subStreams, CostModel model, IntToLongFunction cost) {
        int round = 1_000;
        int records = model == CostModel.RECORDS ? 100_000 : 1_000_000;
        Workload workload =
                new Workload(weights, subStreams / weights.length, model, round, MergeOrder.WEIGHTED, false);
        int backlog = Math.min(4_000, 16_384 / weights.length); // All fits into the ring, or publishing would serve.
        double totalWeight = IntStream.of(weights).sum();
        try (BraidEngine<Job> engine = workload.engine) {
            while (workload.handled < records) {
                for (int group = 0; group < weights.length; group++) {
                    while (workload.backlog(group) < backlog) {
                        workload.publish(group, cost.applyAsLong(group));
                    }
                }
                engine.invoke();
            }
            double batches = 0;
            for (int group = 0; group < weights.length; group++) {
                batches += Math.max(1, round * weights[group] / totalWeight) * cost.applyAsLong(group);
            }
            // Nobody is further off than one batch of each.
            double slack = model == CostModel.RECORDS ? 0.002 : Math.max(0.002, batches / workload.totalService);
            for (int group = 0; group < weights.length; group++) {
                double due = weights[group] / totalWeight;
                double share = (double) workload.service[group] / workload.totalService;
                assertEquals(due, share, slack, "share of group " + group);
                assertEquals(
                        due, engine.stats().groups().get(group).share(), slack, "the same as measured by the engine");
            }
            workload.stop();
        }
    }

    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldGiveAnIdleGroupsShareToTheOthersByWeightAndHandItBackWithinARound(MergeOrder order) {
        int round = 130;
        Workload workload = new Workload(new int[] {10, 2, 1}, 1, CostModel.RECORDS, round, order, false);
        try (BraidEngine<Job> engine = workload.engine) {
            for (int i = 0; i < 6_500; i++) {
                workload.publish(1, 1);
                workload.publish(2, 1);
            }
            for (int i = 0; i < 40; i++) {
                engine.invoke();
            }
            assertEquals(2.0 * workload.service[2], workload.service[1], 2 * round, "2:1 while group 0 sleeps");

            long[] before = workload.service.clone();
            for (int i = 0; i < 1_000; i++) {
                workload.publish(0, 1);
            }
            engine.invoke();
            engine.invoke();
            long ofGroup0 = workload.service[0] - before[0];
            assertTrue(ofGroup0 >= 150 && ofGroup0 <= 250, "group 0 was served " + ofGroup0 + " of about 260");
            workload.stop();
        }
    }

    @Test
    void shouldServeASporadicRecordAfterOneBatchAtMost() {
        int[] weights = {8, 8, 8, 8, 8, 8, 8, 8, 1};
        int round = 650; // Batches of 80, and 10 for the sporadic group.
        Workload workload = new Workload(weights, 1, CostModel.RECORDS, round, MergeOrder.WEIGHTED, false);
        try (BraidEngine<Job> engine = workload.engine) {
            for (int i = 0; i < 2_000; i++) {
                for (int group = 0; group < 8; group++) {
                    workload.publish(group, 1);
                }
            }
            long[] published = new long[1];
            // From within a handler, so that the record comes in the middle of a batch.
            workload.onHandled = () -> {
                if (workload.handled == 1_000) {
                    published[0] = workload.handled;
                    workload.tryPublish(8);
                }
            };
            while (workload.service[8] == 0) {
                engine.invoke();
            }
            assertTrue(
                    published[0] > 0 && workload.handledAt[8] - published[0] <= 82,
                    "published after " + published[0] + ", handled after " + workload.handledAt[8]);
            workload.stop();
        }
    }

    private static int[] ints(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
