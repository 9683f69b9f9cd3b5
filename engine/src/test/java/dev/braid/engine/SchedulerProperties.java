package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The promise on shares of one thread, against random scenarios: weights to 2^20, batches of one and of thousands, costs to
 * 2^30, groups that always have work, seldom, one record at a time, or now this and now that, and weights that change, of idle
 * groups, too. More of them: {@code -Dbraid.scenarios=100000}.
 */
class SchedulerProperties {
    private static final int SCENARIOS = Integer.getInteger("braid.scenarios", 300);
    /** Merged in a scenario with an engine. */
    private static final int RECORDS = 3_000;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @Test
    void shouldHoldTheBoundOverEveryIntervalWhileWeightsChange() {
        for (int i = 0; i < SCENARIOS; i++) {
            new Scenario(seed.value() + i).holdBound();
        }
    }

    @Test
    void shouldHoldTheBoundWhileGroupsFailAndShedAndAreFedBothWays() {
        long records = 0;
        double part = 0;
        for (int i = 0; i < SCENARIOS; i++) {
            try {
                part = Math.max(
                        part, new EngineScenario(seed.value() + i).run(RECORDS).largestPart());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("scenario with -Dbraid.seed=" + (seed.value() + i) + ": " + e, e);
            }
            records += RECORDS;
        }
        assertTrue(part > 0.9, "of " + records + " records none came near the bound: " + part);
    }

    @Test
    void shouldFollowTheFluidModel() {
        for (int i = 0; i < SCENARIOS; i++) {
            new Scenario(seed.value() + i).followFluid();
        }
    }

    /** One scenario. */
    static final class Scenario {
        private final Random random;
        private final String context;
        private final int groups;
        private final int round;
        private final int[] weights;
        private final int[] costs;
        private final int[] habits;
        /** Number of batches between two changes of a weight; 0 for no changes. */
        private final int changes;

        private final int batches;

        Scenario(long seed) {
            random = new Random(seed);
            context = "seed " + seed;
            groups = 2 + random.nextInt(8);
            weights = random.ints(groups, 1, (1 << random.nextInt(21)) + 1).toArray();
            round = 1 << random.nextInt(13);
            int costBits = random.nextBoolean()
                    ? 0
                    : random.nextInt(Math.min(31, Long.numberOfTrailingZeros(VirtualTimes.MAX_COST / round)));
            costs = random.ints(groups, 1, (1 << random.nextInt(costBits + 1)) + 1)
                    .toArray();
            habits = random.ints(groups, 0, 7).toArray();
            changes = random.nextInt(3) == 0 ? 0 : 1 << random.nextInt(8);
            batches = 500 + random.nextInt(4_000);
        }

        void holdBound() {
            SchedulerRun run = new SchedulerRun(weights, round, context);
            for (int step = 0; step < batches; step++) {
                for (int group = 0; group < groups; group++) {
                    publish(run, group);
                }
                changeWeight(run);
                run.serve(group -> 1 + random.nextInt(costs[group]));
            }
            run.assertNoLeadBeyondABatch();
        }

        void followFluid() {
            SchedulerRun run = new SchedulerRun(weights, round, context);
            FluidModel fluid = new FluidModel(run.weights);
            for (int step = 0; step < batches; step++) {
                for (int group = 0; group < groups; group++) {
                    fluid.arrive(group, (double) publish(run, group) * costs[group]);
                }
                long before = run.totalService;
                run.serve(group -> costs[group]);
                fluid.serve(run.totalService - before);
            }
            double slack = 3.0 * Arrays.stream(run.largestDue).sum() + 1;
            for (int group = 0; group < groups; group++) {
                assertEquals(
                        fluid.served[group], run.served[group], slack, "service of group " + group + ", " + context);
            }
        }

        private void changeWeight(SchedulerRun run) {
            if (changes > 0 && random.nextInt(changes) == 0) {
                run.setWeight(random.nextInt(groups), 1 + random.nextInt(1 << random.nextInt(21)));
            }
        }

        private int publish(SchedulerRun run, int group) {
            int habit = habits[group] < 5 ? habits[group] : (int) (run.totalBatches / (13 + 7 * group)) % 5;
            int records = arrivals(habit, run.waiting[group]);
            if (records > 0) {
                run.publish(group, records);
            }
            return records;
        }

        private int arrivals(int habit, int waiting) {
            return switch (habit) {
                case 0 -> waiting < 4 * round ? 4 * round : 0; // Always has work.
                case 1 -> waiting == 0 ? 1 : 0; // One record in flight at a time.
                case 2 -> random.nextInt(50) == 0 ? 1 + random.nextInt(round) : 0;
                case 3 -> waiting == 0 && random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 0;
                default -> random.nextInt(200) == 0 ? 10 * round : 0;
            };
        }
    }
}
