package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A heavy group with a steady load below its due and cheap records, among many light groups that always have work and dearer
 * records, in simulated time. Records that arrive during a batch are tagged together at its end: the cheap group asks for
 * many records at a time, and still waits for one batch only.
 */
class SteadyLoadTest {
    private static final int GOLD = 0;
    private static final int GOLD_WEIGHT = 64;
    private static final long GOLD_NS = 1_000;
    private static final long SEED = 20_261_129;

    static Stream<Arguments> loads() {
        return IntStream.of(16, 64, 256).boxed().flatMap(bronzes -> Stream.of(16, 256)
                .flatMap(round -> Stream.of(10_000L, 300_000L)
                        .flatMap(bronzeNs -> Stream.of(0.1, 0.2).flatMap(load -> Stream.of(false, true)
                                .map(atRandom -> Arguments.of(bronzes, round, bronzeNs, load, atRandom))))));
    }

    @ParameterizedTest
    @MethodSource("loads")
    void shouldWaitForOneBatchOfOneOtherGroup(int bronzes, int round, long bronzeNs, double load, boolean atRandom) {
        double due = (double) GOLD_WEIGHT / (GOLD_WEIGHT + bronzes);
        Load run = new Load(bronzes, round, bronzeNs);
        double intervalNs = GOLD_NS / Math.min(load, due / 2);
        Random random = new Random(SEED);
        run.offer(() -> (long) (atRandom ? -Math.log(1 - random.nextDouble()) * intervalNs : intervalNs), 2_000);
        for (Wait wait : run.waits) {
            assertTrue(
                    wait.batches <= 1,
                    "a record of " + wait.publishedNs + " ns waited for " + wait.batches + " batches, " + wait.waitedNs
                            + " ns");
        }
    }

    /**
     * A group that has worked alone has batches of a whole round. The records that come during one of them are much more than a batch
     * of their group, and than its due in a round in which both have a batch, and yet less than what is due to it meanwhile.
     */
    @ParameterizedTest
    @CsvSource({
        "9, 1, 16, 100",
        "9, 1, 16, 1000",
        "9, 1, 256, 100",
        "2, 1, 16, 100",
        "64, 4, 16, 100",
        "1000, 8, 256, 10"
    })
    void shouldWaitForOneBatchBesideGroupsWithLargeBatchesAndDearRecords(
            int goldWeight, int bronzes, int round, long bronzeUs) {
        double due = (double) goldWeight / (goldWeight + bronzes);
        for (double load : new double[] {0.05, 0.2, 0.5}) {
            Load run = new Load(goldWeight, bronzes, round, TimeUnit.MICROSECONDS.toNanos(bronzeUs));
            run.offer(() -> (long) (GOLD_NS / (load * due)), 5_000);
            for (Wait wait : run.waits) {
                assertTrue(
                        wait.batches <= 1,
                        "at " + load + " of its due, a record waited for " + wait.batches + " batches, " + wait.waitedNs
                                + " ns");
            }
        }
    }

    /** What came while the engine's thread was stopped is no more than the batch cost that was under way. */
    @ParameterizedTest
    @CsvSource({"16, 40", "16, 150", "64, 40", "64, 150", "256, 150", "256, 400"})
    void shouldWaitForTheBatchInWhichTheThreadWasStopped(int bronzes, int stoppedUs) {
        Load run = new Load(bronzes, 16, 10_000);
        run.stopNs = TimeUnit.MICROSECONDS.toNanos(stoppedUs);
        run.offer(() -> 10 * GOLD_NS, 5_000);
        for (Wait wait : run.waits) {
            assertTrue(wait.batches <= 1, "a record waited for " + wait.batches + " batches, " + wait.waitedNs + " ns");
        }
        assertTrue(run.waits.stream().anyMatch(wait -> wait.waitedNs > run.stopNs / 2), "it was never stopped");
    }

    /** What a publisher catches up with all at once delays nobody, as long as it is no more than a batch. */
    @ParameterizedTest
    @CsvSource({"16, 12, 5000", "64, 9, 5000", "256, 9, 10000"})
    void shouldWaitForOneBatchWhenThePublisherCatchesUp(int bronzes, int missed, long intervalNs) {
        Load run = new Load(bronzes, 16, 10_000);
        run.offer(() -> intervalNs, 1_000);
        run.waits.clear();
        run.publishGold(missed);
        run.offer(() -> intervalNs, 2_000);
        for (Wait wait : run.waits) {
            assertTrue(wait.batches <= 1, "a record waited for " + wait.batches + " batches, " + wait.waitedNs + " ns");
        }
    }

    /**
     * Who asks for much more than a batch at once has what is due to it: by the bound, while it is served q, all others between them
     * are served no more than their weights' part of q, and of its largest batch, and a batch of each.
     */
    @ParameterizedTest
    @CsvSource({"16, 20", "16, 400", "16, 4000", "64, 20", "64, 400", "64, 4000", "256, 20", "256, 400", "256, 4000"})
    void shouldServeABurstAtTheRateThatIsDue(int bronzes, int burst) {
        Load run = new Load(bronzes, 16, 10_000);
        run.offer(() -> 10 * GOLD_NS, 1_000); // It owes nothing then, for that is less than its due.
        run.waits.clear();
        run.publishGold(burst);
        run.untilGoldIsHandled();
        long servedNs = burst * GOLD_NS;
        double mostNs = (double) (servedNs + run.mostGoldNs) / GOLD_WEIGHT * bronzes + bronzes * 10_000L;
        Wait last = run.waits.get(burst - 1);
        assertTrue(
                last.waitedNs <= servedNs + mostNs,
                "the last of " + burst + " waited for " + last.waitedNs + " ns, at the most due " + mostNs);
        assertTrue(run.waits.get(0).batches <= 1, "the first waited for " + run.waits.get(0).batches + " batches");
    }

    @Test
    void shouldServeNoMoreAtOnceThanTheBatchesOfOthersCost() {
        Load run = new Load(256, 16, 10_000);
        run.offer(() -> 10 * GOLD_NS, 1_000);
        run.publishGold(400); // Less than what is due in a round, which costs 2.6 ms, and much more than a batch.
        run.untilGoldIsHandled();
        assertTrue(run.mostGoldNs <= 10_500, "a batch of " + run.mostGoldNs + " ns");
        GroupStats gold = run.engine.stats().groups().get(GOLD);
        assertTrue(gold.largestBatch() > 10 * run.mostGoldNs, "it was not served in parts");
        assertTrue(gold.largestLead() <= gold.largestBatch(), gold.largestLead() + " of " + gold.largestBatch());
    }

    /**
     * A publisher that was stopped publishes all that it missed at once. What is less than due in a round is served in parts, each
     * of which costs as much as a batch of another group, one of which comes in between.
     */
    @ParameterizedTest
    @MethodSource("late")
    void shouldWaitForAsMuchAgainAsAStoppedPublisherMissed(int bronzes, long intervalNs, int stoppedUs) {
        Load run = new Load(bronzes, 16, 10_000);
        run.offer(() -> intervalNs, 1_000);
        run.waits.clear();
        int missed = (int) (TimeUnit.MICROSECONDS.toNanos(stoppedUs) / intervalNs);
        run.publishGold(missed);
        run.offer(() -> intervalNs, 2_000);
        long mostNs = 2 * (missed * GOLD_NS + 10_000);
        for (Wait wait : run.waits) {
            assertTrue(wait.waitedNs <= mostNs, "a record waited for " + wait.waitedNs + " ns, at most " + mostNs);
        }
    }

    static Stream<Arguments> late() {
        return Stream.of(new long[] {16, 5_000}, new long[] {64, 5_000}, new long[] {256, 10_000})
                .flatMap(load -> IntStream.of(20, 45, 65, 100, 150, 200, 300, 400, 500)
                        .mapToObj(stoppedUs -> Arguments.of((int) load[0], load[1], stoppedUs)));
    }

    /** The wait of a record of gold. */
    private static final class Wait {
        final long publishedNs;
        long batches;
        long waitedNs;

        Wait(long publishedNs, long batches) {
            this.publishedNs = publishedNs;
            this.batches = batches;
        }
    }

    /** An engine whose handlers advance the clock, and publish the records that arrive meanwhile. */
    private static final class Load {
        private final int bronzes;
        private final long bronzeNs;
        final BraidEngine<Job> engine;
        private final List<GroupStats> groups;
        final List<Wait> waits = new ArrayList<>();
        private final Queue<Wait> waiting = new ArrayDeque<>();
        private final Random random = new Random(SEED);
        /** For how long the thread is stopped now and then, in handlers of bronze. */
        long stopNs;

        private long nowNs;
        private long nextNs = Long.MAX_VALUE;
        private LongSupplier intervalsNs;
        private long bronzeBatches;
        /** What the largest batch of gold costs, or the largest part. */
        long mostGoldNs;

        private long goldNs;
        private int lastGroup;
        private long lastService;

        Load(int bronzes, int round, long bronzeNs) {
            this(GOLD_WEIGHT, bronzes, round, bronzeNs);
        }

        Load(int goldWeight, int bronzes, int round, long bronzeNs) {
            this.bronzes = bronzes;
            this.bronzeNs = bronzeNs;
            EngineBuilder<Job> builder = Engines.invoked()
                    .ringSize(1 << 15)
                    .round(round)
                    .costModel(CostModel.NANOSECONDS)
                    .nanoClock(() -> nowNs);
            for (int i = 0; i <= bronzes; i++) {
                int group = i;
                builder.group(HandlerGroup.named("group " + i)
                        .weight(i == GOLD ? goldWeight : 1)
                        .<Job>subStreams(1, id -> (job, sequence, endOfBatch) -> handle(group, job))
                        .inFlight(1 << 13));
            }
            engine = builder.start();
            groups = engine.stats().groups();
            for (int group = 1; group <= bronzes; group++) {
                for (int k = 0; k < Math.max(2, 4 * round / bronzes); k++) {
                    publish(group, bronzeNs);
                }
            }
            publishGold(1); // Until then nobody knows what its records cost.
            long warmUpNs = 4 * (round + bronzes) * bronzeNs;
            while (nowNs < warmUpNs) {
                engine.invoke();
            }
            waits.clear();
        }

        void offer(LongSupplier intervalsNs, int records) {
            this.intervalsNs = intervalsNs;
            nextNs = nowNs;
            while (waits.size() < records) {
                engine.invoke();
            }
            nextNs = Long.MAX_VALUE;
            untilGoldIsHandled();
        }

        void untilGoldIsHandled() {
            while (!waiting.isEmpty()) {
                engine.invoke();
            }
        }

        void publishGold(int records) {
            for (int i = 0; i < records; i++) {
                waiting.add(new Wait(nowNs, bronzeBatches));
                publish(GOLD, GOLD_NS);
            }
        }

        private void publish(int group, long costNs) {
            if (!engine.ingress().tryPublish((job, sequence) -> job.set(group, 0, costNs))) {
                throw new AssertionError("no room in the ring");
            }
        }

        private void handle(int group, Job job) {
            long service = groups.get(group).service(); // It changes when a batch ends.
            if (group != GOLD && (group != lastGroup || service != lastService)) {
                bronzeBatches++;
            }
            if (group == GOLD) {
                goldNs = group == lastGroup && service == lastService ? goldNs + job.cost : job.cost;
                mostGoldNs = Math.max(mostGoldNs, goldNs);
            }
            lastGroup = group;
            lastService = service;
            if (group == GOLD) {
                Wait wait = waiting.remove();
                wait.batches = bronzeBatches - wait.batches;
                wait.waitedNs = nowNs - wait.publishedNs;
                waits.add(wait);
            }
            nowNs += job.cost;
            if (group != GOLD) {
                nowNs += stopNs > 0 && random.nextInt(1_000) == 0 ? stopNs : 0;
                publish(group, bronzeNs);
            }
            while (nextNs <= nowNs) {
                waiting.add(new Wait(nextNs, bronzeBatches - (group == GOLD ? 0 : 1)));
                publish(GOLD, GOLD_NS);
                nextNs += intervalsNs.getAsLong();
            }
        }
    }
}
