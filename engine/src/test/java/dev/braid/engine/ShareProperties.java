package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * The promise on shares, against random weights, arrivals and costs: the bound between any two groups over any interval in
 * which both are backlogged, and weighted max-min shares against the fluid model.
 */
class ShareProperties {
    private static final int MAX_COST = 100;

    /** How a group behaves: its weight, the cost of its jobs, and how many of them arrive per step. */
    record Behaviour(int weight, int maxCost, int burst) {}

    @Provide
    Arbitrary<Behaviour> behaviours() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(4, Arbitraries.integers().between(1, 20)),
                                net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(100, 5_000))),
                        Arbitraries.of(1, 3, 10, MAX_COST),
                        Arbitraries.of(0, 1, 20, 200))
                .as(Behaviour::new);
    }

    @Property(tries = 150)
    void shouldHoldTheBoundOverEveryIntervalAndFollowTheFluidModel(
            @ForAll @Size(min = 2, max = 7) List<@net.jqwik.api.From("behaviours") Behaviour> groups,
            @ForAll CostModel costModel,
            @ForAll @IntRange(min = 1, max = 500) int round,
            @ForAll @IntRange(min = 1, max = 5) int subStreams,
            @ForAll long seed) {
        int[] weights = groups.stream().mapToInt(Behaviour::weight).toArray();
        Random random = new Random(seed);
        Workload workload = new Workload(weights, subStreams, costModel, round, MergeOrder.WEIGHTED, true);
        Observer observer = new Observer(workload, weights, round, costModel);
        FluidModel fluid = new FluidModel(weights);
        try (BraidEngine<Job> engine = workload.engine) {
            for (int step = 0; step < 60; step++) {
                for (int i = 0; i < weights.length; i++) {
                    Behaviour behaviour = groups.get(i);
                    int arrivals = Math.min(
                            behaviour.burst() == 0 ? 0 : random.nextInt(behaviour.burst() + 1),
                            4_000 - (int) workload.backlog(i));
                    if (step == 0 && random.nextBoolean()) {
                        arrivals = 1_000; // Some start with a backlog.
                    }
                    for (int k = 0; k < arrivals; k++) {
                        int cost = 1 + random.nextInt(behaviour.maxCost());
                        workload.publish(i, cost);
                        fluid.arrive(i, costModel == CostModel.RECORDS ? 1 : cost);
                    }
                }
                observer.publishedMore();
                long before = workload.totalService;
                engine.invoke();
                fluid.serve(workload.totalService - before);
                observer.check();
            }
            for (int i = 0; i < weights.length; i++) {
                GroupStats stats = engine.stats().groups().get(i);
                assertTrue(observer.largestBatch[i] <= stats.largestBatch(), "largest batch of group " + i);
                assertTrue(stats.largestLead() <= stats.largestBatch(), "lead of group " + i);
            }
            double slack = 2.0 * Arrays.stream(observer.largestBatch).sum() + 1;
            for (int i = 0; i < weights.length; i++) {
                assertTrue(
                        Math.abs(workload.service[i] - fluid.served[i]) <= slack,
                        "group " + i + " was served " + workload.service[i] + ", the fluid model gave it "
                                + fluid.served[i] + ", allowed difference " + slack);
            }
            workload.stop();
        }
    }

    /** Replays the order of service, and checks the bound between every two groups while both are backlogged. */
    private static final class Observer {
        private final Workload workload;
        private final int[] weights;
        private final long[] served;
        private final long[] backlog;
        private final long[] publishedBefore;
        private final double[][] least;
        private final double[][] most;
        final long[] largestBatch;
        private int replayed;
        private long batchService;
        private int batchGroup = -1;
        private long batchId = -1;
        private final int round;
        private final CostModel costModel;
        private long sizedBatch = -1;
        private long sizedRecords;
        private long allowedRecords;
        /** What the group of the batch had waiting, if it was not served since it woke; otherwise none. */
        private long request;

        private final boolean[] isFresh;

        Observer(Workload workload, int[] weights, int round, CostModel costModel) {
            this.round = round;
            this.costModel = costModel;
            int groups = weights.length;
            this.workload = workload;
            this.weights = weights;
            this.served = new long[groups];
            this.backlog = new long[groups];
            this.publishedBefore = new long[groups];
            this.least = new double[groups][groups];
            this.most = new double[groups][groups];
            this.largestBatch = new long[groups];
            this.isFresh = new boolean[groups];
        }

        /** Whoever was empty and has jobs now begins a new interval. */
        void publishedMore() {
            for (int i = 0; i < weights.length; i++) {
                long published = workload.published(i);
                boolean wakes = backlog[i] == 0 && published > publishedBefore[i];
                backlog[i] += published - publishedBefore[i];
                publishedBefore[i] = published;
                if (wakes) {
                    isFresh[i] = true;
                    for (int j = 0; j < weights.length; j++) {
                        restart(i, j);
                        restart(j, i);
                    }
                }
            }
        }

        private void restart(int i, int j) {
            least[i][j] = most[i][j] = lag(i, j);
        }

        private double lag(int i, int j) {
            return (double) served[i] / weights[i] - (double) served[j] / weights[j];
        }

        void check() {
            // First the sizes of the batches, for the bound speaks of the largest.
            for (int k = replayed; k < workload.servedGroups.size(); k++) {
                int group = workload.servedGroups.get(k);
                if (workload.batchIds.get(k) != batchId) {
                    batchId = workload.batchIds.get(k);
                    batchGroup = group;
                    batchService = 0;
                }
                batchService += workload.servedCosts.get(k);
                largestBatch[batchGroup] = Math.max(largestBatch[batchGroup], batchService);
            }
            for (; replayed < workload.servedGroups.size(); replayed++) {
                int group = workload.servedGroups.get(replayed);
                checkBatchSize(group, workload.batchIds.get(replayed));
                served[group] += workload.servedCosts.get(replayed);
                backlog[group]--;
                for (int other = 0; other < weights.length; other++) {
                    if (other != group && backlog[other] > 0) {
                        checkPair(group, other);
                        checkPair(other, group);
                    }
                }
            }
        }

        /**
         * No batch is larger than its group's part of the round among those that are backlogged when it begins, and an average
         * batch, unless it is what a group asks for which has just woken.
         */
        private void checkBatchSize(int group, long id) {
            if (id != sizedBatch) {
                sizedBatch = id;
                sizedRecords = 0;
                long backloggedWeight = 0;
                int backlogged = 0;
                for (int i = 0; i < weights.length; i++) {
                    backloggedWeight += backlog[i] > 0 ? weights[i] : 0;
                    backlogged += backlog[i] > 0 ? 1 : 0;
                }
                long average = Math.max(1, round / backlogged) * (costModel == CostModel.RECORDS ? 1 : MAX_COST);
                allowedRecords = Math.max(average, (long) round * weights[group] / backloggedWeight);
                request = isFresh[group] ? backlog[group] : 0;
                isFresh[group] = false;
            }
            sizedRecords++;
            assertTrue(
                    sizedRecords <= Math.max(allowedRecords, request),
                    "a batch of more than " + allowedRecords + " records, of " + request);
        }

        private void checkPair(int i, int j) {
            double lag = lag(i, j);
            least[i][j] = Math.min(least[i][j], lag);
            most[i][j] = Math.max(most[i][j], lag);
            List<GroupStats> groups = workload.engine.stats().groups();
            double bound = (double) groups.get(i).largestBatch() / weights[i]
                    + (double) groups.get(j).largestBatch() / weights[j];
            assertTrue(
                    most[i][j] - least[i][j] <= bound + 1e-6,
                    "lag between groups " + i + " and " + j + " is " + (most[i][j] - least[i][j]) + ", the bound "
                            + bound);
        }
    }
}
