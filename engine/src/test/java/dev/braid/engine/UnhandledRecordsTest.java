package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records that are shed, or fail before they have a sub-stream, are service to their group: gold of weight 9 always has work,
 * bronze of weight 1 is flooded. Sub-stream 0 is gold's, 1 is bronze's.
 */
class UnhandledRecordsTest {
    private static final int ROUND = 256;
    private static final int BRONZE_BATCH = ROUND / 10;
    private static final int BATCHES = 200;

    private final Tally tally = new Tally();
    private long nowNs;

    /** Counts results, and how many unhandled ones came between two batches of gold. */
    private final class Tally implements MergeHandler<Job> {
        private long gold;
        private long bronze;
        private long unhandled;
        private int sinceGold;
        private int mostSinceGold;
        private int partitioned;
        private int mostPartitioned;
        private long costNs;

        @Override
        public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
            nowNs += costNs;
            if (outcome == Outcome.PROCESSED && subStream == 0) {
                gold++;
                sinceGold = 0;
                if (gold > 10 * ROUND) { // At first the ring is full of bronze, which is put aside.
                    mostPartitioned = Math.max(mostPartitioned, partitioned);
                }
                partitioned = 0;
            } else if (outcome == Outcome.PROCESSED) {
                bronze++;
            } else {
                unhandled++;
                mostSinceGold = Math.max(mostSinceGold, ++sinceGold);
            }
        }

        double shareOfGold() {
            return (double) gold / (gold + bronze + unhandled);
        }
    }

    private EngineBuilder<Job> builder() {
        return builder(64);
    }

    private EngineBuilder<Job> builder(int boundOfBronze) {
        return Engines.invoked()
                .ringSize(4096)
                .round(ROUND)
                .nanoClock(() -> nowNs)
                .merge(tally)
                .partitioner(job -> {
                    tally.partitioned += job.subStream;
                    return job.subStream;
                })
                .group(HandlerGroup.named("gold")
                        .weight(9)
                        .<Job>subStreams(1, id -> Engines.NOTHING)
                        .ownIngress()
                        .inFlight(4096))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .<Job>subStreams(1, id -> Engines.NOTHING)
                        .ownIngress()
                        .inFlight(boundOfBronze)
                        .overload(Overload.SHED));
    }

    private static boolean tryPublish(Ingress<Job> ingress, int subStream) {
        return ingress.tryPublish((job, sequence) -> job.set(subStream, 0, 1));
    }

    /** Keeps both ingresses full for the given number of batches of gold. */
    private void flood(BraidEngine<Job> engine, Ingress<Job> bronze, int subStream) {
        Ingress<Job> gold = engine.ingress("gold");
        while (tally.gold < (long) BATCHES * ROUND) {
            while (tryPublish(gold, 0)) {
                Thread.onSpinWait();
            }
            while (tryPublish(bronze, subStream)) {
                Thread.onSpinWait();
            }
            engine.invoke();
        }
    }

    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldShedNoMoreThanABatchBetweenTwoBatchesOfAnotherGroup(MergeOrder order) {
        BraidEngine<Job> engine = builder().mergeOrder(order).start();
        flood(engine, engine.ingress(), 1);
        GroupStats gold = engine.stats().groups().get(0);
        GroupStats bronze = engine.stats().groups().get(1);
        if (order == MergeOrder.WEIGHTED) { // In sequence order results leave later, in bursts.
            assertTrue(tally.mostSinceGold <= BRONZE_BATCH, tally.mostSinceGold + " between two batches of gold");
            assertTrue(
                    tally.mostPartitioned
                            <= 2 * ROUND, // They enter the ring as it has room, which comes and goes with gold's.
                    tally.mostPartitioned + " of bronze were partitioned between two batches of gold");
            assertEquals(0.9, tally.shareOfGold(), 0.002, "of all results");
        }
        assertEquals(0.9, gold.share(), 0.002);
        assertEquals(bronze.processed() + bronze.shed(), bronze.service(), BRONZE_BATCH, "what was shed is paid for");
        assertTrue(bronze.processed() > 0.04 * gold.processed(), bronze.processed() + " were handled");
        for (GroupStats group : engine.stats().groups()) {
            assertTrue(
                    group.largestLead() <= group.largestBatch(), group.largestLead() + " of " + group.largestBatch());
        }
        engine.close();
    }

    @Test
    void shouldChargeTheTimeThatSheddingTakesWhereTimeIsTheCost() {
        tally.costNs = 100;
        BraidEngine<Job> engine = builder().costModel(CostModel.NANOSECONDS).start();
        flood(engine, engine.ingress(), 1);
        GroupStats bronze = engine.stats().groups().get(1);
        assertEquals(0.9, tally.shareOfGold(), 0.002, "of all results");
        assertEquals(100 * (bronze.processed() + bronze.shed()), bronze.service(), 100 * BRONZE_BATCH);
        engine.close();
    }

    @Test
    void shouldChargeRecordsThatFailToTheGroupThroughWhoseIngressTheyCame() {
        BraidEngine<Job> engine = builder(1024).start();
        flood(engine, engine.ingress("bronze"), 99);
        GroupStats bronze = engine.stats().groups().get(1);
        assertTrue(tally.mostSinceGold <= BRONZE_BATCH, tally.mostSinceGold + " between two batches of gold");
        // Bronze has nothing to be picked for, so that gold's batch is a whole round.
        assertEquals((double) ROUND / (ROUND + BRONZE_BATCH), tally.shareOfGold(), 0.002, "of all results");
        assertEquals(tally.unhandled, bronze.service(), BRONZE_BATCH, "what failed is paid for");
        engine.close();
    }

    @Test
    void shouldBoundRecordsThatFailAndBelongToNobodyBetweenTwoBatches() {
        BraidEngine<Job> engine = builder().start();
        flood(engine, engine.ingress(), 99);
        assertTrue(tally.mostSinceGold <= 64, tally.mostSinceGold + " between two batches of gold");
        assertTrue(tally.shareOfGold() > 0.75, tally.shareOfGold() + " of all results");
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 99})
    void shouldLetNoMoreOfNobodysRecordsFailThanWereHandledBefore(int weight) {
        BraidEngine<Job> engine = Engines.invoked()
                .ringSize(4096)
                .round(1)
                .merge(tally)
                .group(HandlerGroup.named("gold")
                        .weight(weight)
                        .<Job>subStreams(1, id -> Engines.NOTHING)
                        .ownIngress()
                        .inFlight(4096))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .<Job>subStreams(1, id -> Engines.NOTHING)
                        .ownIngress())
                .start();
        flood(engine, engine.ingress(), 99);
        assertTrue(tally.shareOfGold() >= 0.499, tally.shareOfGold() + " of all results");
        engine.close();
    }

    @Test
    void shouldNotHaveAnybodyWaitBehindARecordThatHasToWaitForItsTurnToFail() {
        BraidEngine<Job> engine = builder().start();
        Ingress<Job> gold = engine.ingress("gold");
        while (tryPublish(gold, 0)) {
            Thread.onSpinWait();
        }
        engine.invoke(); // Now they are in gold's backlog.
        for (int i = 0; i < 4_000; i++) {
            assertTrue(tryPublish(engine.ingress(), 99));
        }
        assertTrue(tryPublish(engine.ingress(), 1));
        engine.invoke();
        assertEquals(1, engine.stats().groups().get(1).processed(), "bronze, behind 4,000 records that fail");
        engine.close();
        assertEquals(4_000, tally.unhandled);
    }

    @Test
    void shouldShedWhileWorkersAreStuckAndNotHaveTheGroupOweForIt() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Job> engine = Engines.withWorkers(1)
                .round(ROUND)
                .group(HandlerGroup.named("gold")
                        .weight(9)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> release.await())
                        .ownIngress()
                        .inFlight(4096))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .<Job>subStreams(1, id -> Engines.NOTHING)
                        .ownIngress()
                        .inFlight(8)
                        .overload(Overload.SHED))
                .start();
        try (engine) {
            for (int i = 0; i < 4_096; i++) {
                engine.ingress("gold").publish((job, sequence) -> job.set(0, 0, 1));
            }
            for (int i = 0; i < 20_000; i++) {
                engine.ingress().publish((job, sequence) -> job.set(1, 0, 1));
            }
            GroupStats bronze = engine.stats().groups().get(1);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (bronze.shed() < 20_000 - 8) {
                assertTrue(System.nanoTime() - deadlineNs < 0, bronze.shed() + " were shed after 60 s");
                Thread.onSpinWait();
            }
            assertTrue(bronze.service() <= 2 * ROUND, "bronze is charged " + bronze.service());
            release.countDown();
        } finally {
            release.countDown();
        }
    }
}
