package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sizes of batches, and what a round costs. */
class RoundTest {
    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @Test
    void shouldCostItsRecordsWhereAllRecordsCostTheSame() {
        Round round = round(100, 8, 1, 1);
        learnAndJoin(round, 1, 1, 1);
        assertEquals(100, round.cost());
        assertEquals(80, round.batchSize(0));
        assertEquals(10, round.batchSize(2));
    }

    @Test
    void shouldCostARecordOfEachGroupWhereThereAreMoreGroupsThanRecords() {
        int[] weights = new int[300];
        long[] costs = new long[300];
        java.util.Arrays.fill(weights, 1);
        java.util.Arrays.fill(costs, 7);
        Round round = round(16, weights);
        learnAndJoin(round, costs);
        assertEquals(300 * 7, round.cost());
        assertEquals(7, round.meanBatchCost());
    }

    @Test
    void shouldCountRecordsByWhatTheyCost() {
        Round round = round(100, 1, 1);
        learnAndJoin(round, 1, 1_000);
        assertEquals(50 + 50 * 1_000, round.cost());
    }

    @Test
    void shouldNotTakeOneSlowBatchForWhatRecordsCost() {
        Round round = round(100, 1);
        learnAndJoin(round, 1_000);
        round.learn(0, 1, 4_000_000); // Its thread was stopped.
        assertEquals(1_750, round.recordCost(0));
        for (int batch = 0; batch < 50; batch++) {
            round.learn(0, 1, 4_000_000); // Its records do cost that.
        }
        assertEquals(4_000_000, round.recordCost(0), 4_000);
    }

    /** Against a look at each group: within the two limits, and without a trace of those that have come and gone. */
    @Test
    void shouldCostWhatTheBatchesOfAllGroupsWithWorkCost() {
        Random random = seed.random();
        int groups = 40;
        int records = 64;
        VirtualTimes times = new VirtualTimes(random.ints(groups, 1, 1 << 20).toArray());
        Round round = new Round(records, times, groups);
        for (int step = 0; step < 100_000; step++) {
            change(round, times, random.nextInt(groups), random);
            double batches = 0;
            double parts = 0;
            double ones = 0;
            long weight = 0;
            for (int i = 0; i < groups; i++) {
                weight += round.hasWork(i) ? times.weight(i) : 0;
            }
            for (int i = 0; i < groups; i++) {
                if (round.hasWork(i)) {
                    double part = (double) records * times.weight(i) / weight;
                    batches += Math.max(1, part) * round.recordCost(i);
                    parts += part * round.recordCost(i);
                    ones += round.recordCost(i);
                }
            }
            double slack = 1 + 1e-6 * (parts + ones);
            assertEquals(Math.max(parts, ones), round.cost(), slack, "after " + step + " changes");
            assertTrue(
                    round.cost() <= batches + slack && batches <= 2 * round.cost() + slack, "batches cost " + batches);
        }
    }

    private static void change(Round round, VirtualTimes times, int group, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                if (round.hasWork(group)) {
                    round.leave(group);
                } else {
                    round.join(group);
                }
            }
            case 1 -> {
                int before = times.weight(group);
                times.setWeight(group, 1 + random.nextInt(1 << random.nextInt(20)));
                round.weightChanged(group, before);
            }
            default -> round.learn(group, 1 + random.nextInt(100), 1L << random.nextInt(31));
        }
    }

    private static Round round(int records, int... weights) {
        return new Round(records, new VirtualTimes(weights), weights.length);
    }

    private static void learnAndJoin(Round round, long... recordCosts) {
        for (int group = 0; group < recordCosts.length; group++) {
            round.learn(group, 10, 10 * recordCosts[group]);
            round.join(group);
        }
    }
}
