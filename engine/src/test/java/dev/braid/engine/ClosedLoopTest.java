package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.WorkerSimulation.Setup;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A group with one record of each sub-stream in flight, beside one that always has work, on workers whose conductor comes late, in
 * simulated time. Workers often begin all that the first group has before the conductor looks again, and have nothing of it until
 * its next records are tagged. More scenarios: {@code -Dbraid.scenarios=1000}.
 */
class ClosedLoopTest {
    private static final int SCENARIOS = Integer.getInteger("braid.scenarios", 20);
    private static final int LOOP = 0;
    private static final int FLOOD = 1;
    private static final int FLOOD_SUB_STREAMS = 16;
    private static final int IN_FLIGHT = 1 << 13;
    private static final int MOST_BACKLOG = 3_000;
    private static final int BATCHES = 2_000;
    private static final int LATEST_NS = 100_000;
    /** Upper limit of a record's cost, in multiples of what its group's usually cost. */
    private static final double MOST_COST = 12;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @Test
    void shouldNeverLeadByMoreThanTheStepsThatAreHandedOver() {
        for (int i = 0; i < SCENARIOS; i++) {
            Random random = new Random(seed.value() + i);
            Setup setup = new Setup(
                    new int[] {1 + random.nextInt(8), 1},
                    new int[] {1 + random.nextInt(16), FLOOD_SUB_STREAMS},
                    1 << random.nextInt(4),
                    1 << 3 + random.nextInt(7),
                    random.nextBoolean() ? CostModel.RECORDS : CostModel.NANOSECONDS,
                    IN_FLIGHT);
            long[] costs = {1_000L << random.nextInt(11), 1_000L << random.nextInt(11)};
            Load load = new Load(setup, costs, random.nextBoolean(), random);
            load.runLoop(BATCHES);
            double lead = new FeasibleShares(load.simulation, setup, costs).leadOverBound();
            assertTrue(
                    lead <= 1,
                    "scenario with -Dbraid.seed=" + (seed.value() + i) + ": the lead was " + lead
                            + " of its bound; weights "
                            + Arrays.toString(setup.weights()) + ", sub-streams " + Arrays.toString(setup.subStreams())
                            + ", " + setup.workers() + " workers, round " + setup.round() + ", " + setup.costs()
                            + ", costs "
                            + Arrays.toString(costs));
        }
    }

    /** What it could not use while it had nothing, it cannot take from others when it has much. */
    @Test
    void shouldClaimNothingForTheTimeInWhichItHadNothingToBegin() {
        Setup setup =
                new Setup(new int[] {4, 1}, new int[] {12, FLOOD_SUB_STREAMS}, 8, 16, CostModel.RECORDS, IN_FLIGHT);
        Load load = new Load(setup, new long[] {32_000, 8_000}, false, new Random(seed.value()));
        load.runLoop(BATCHES);
        long[] before = load.simulation.handled();
        load.runFull(1_000);
        long[] now = load.simulation.handled();
        double due = (now[LOOP] - before[LOOP]) / 4.0;
        long served = now[FLOOD] - before[FLOOD];
        double step = load.simulation.groups().stream()
                .mapToDouble(group -> (double) group.largestBatch() / group.weight())
                .max()
                .orElseThrow();
        double bound = 2 * (setup.workers() + 1) * step;
        assertTrue(served >= due - bound, "the other group had " + served + " of due " + due + ", bound " + bound);
    }

    private static final class Load {
        final WorkerSimulation simulation;
        private final Deque<Integer> handled = new ArrayDeque<>();
        private final long[] costs;
        private final boolean jitters;
        private final Random random;
        private final int full;

        Load(Setup setup, long[] costs, boolean jitters, Random random) {
            this.costs = costs;
            this.jitters = jitters;
            this.random = random;
            this.full = Math.min(MOST_BACKLOG, 4 * setup.round() * setup.workers());
            LongSupplier delayNs = () -> 1 + random.nextInt(LATEST_NS);
            simulation = new WorkerSimulation(
                    setup,
                    WorkerSimulation.NO_MERGE,
                    served -> {
                        if (served.group() == LOOP) {
                            handled.add(served.subStream());
                        }
                    },
                    delayNs);
            for (int i = 0; i < setup.subStreams()[LOOP]; i++) {
                simulation.publish(LOOP, costs[LOOP]);
            }
        }

        void runLoop(int batches) {
            while (simulation.batches() < batches) {
                fill(FLOOD);
                simulation.step();
                while (!handled.isEmpty()) {
                    simulation.publish(LOOP, handled.remove(), cost(LOOP));
                }
            }
        }

        /** Serves so many records of the first group, with a full backlog. */
        void runFull(int records) {
            long until = simulation.handled()[LOOP] + records;
            while (simulation.handled()[LOOP] < until) {
                fill(LOOP);
                fill(FLOOD);
                simulation.step();
            }
        }

        private void fill(int group) {
            while (simulation.backlog(group) < full) {
                simulation.publish(group, cost(group));
            }
        }

        private long cost(int group) {
            return jitters
                    ? (long) (costs[group] * Math.min(MOST_COST, 0.25 / (1e-3 + random.nextDouble())))
                    : costs[group];
        }
    }
}
