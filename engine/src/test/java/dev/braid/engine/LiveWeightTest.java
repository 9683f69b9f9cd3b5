package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that change while there is a backlog. */
class LiveWeightTest {
    @ParameterizedTest
    @CsvSource({"9,1,1,9", "1,1000,1000,1", "1,1,50,1", "1000,1,1,1"})
    void shouldHoldForTheBacklogFromTheNextPickOn(int first, int second, int newFirst, int newSecond) {
        int round = 100;
        Workload workload =
                new Workload(new int[] {first, second}, 1, CostModel.RECORDS, round, MergeOrder.WEIGHTED, false);
        try (BraidEngine<Job> engine = workload.engine) {
            for (int i = 0; i < 14_000; i++) {
                workload.publish(0, 1);
                workload.publish(1, 1);
            }
            for (int i = 0; i < 20; i++) {
                engine.invoke();
            }
            long[] before = workload.service.clone();
            engine.setWeight("group 0", newFirst);
            engine.setWeight("group 1", newSecond);
            double due = (double) newFirst / (newFirst + newSecond);
            assertEquals(due, engine.stats().groups().get(0).dueShare(), 1e-9);
            assertEquals(newFirst, engine.stats().groups().get(0).weight());
            for (int i = 0; Math.min(workload.backlog(0), workload.backlog(1)) > 2 * round; i++) {
                engine.invoke();
                double served = workload.service[0] - before[0];
                double all = served + workload.service[1] - before[1];
                // A batch of each by the old weights, and one by the new.
                assertEquals(due * all, served, 2 * round, "after " + i + " duty cycles");
            }
            workload.stop();
        }
    }

    @Test
    void shouldBeSafeFromAnyThread() throws InterruptedException {
        RecordingMerge merge = new RecordingMerge();
        BraidEngine<Job> engine = BraidEngine.<Job>builder(Job::new)
                .partitioner(job -> job.subStream)
                .merge(merge)
                .group(HandlerGroup.named("a").weight(1).subStreams(2, id -> Engines.NOTHING))
                .group(HandlerGroup.named("b").weight(1).subStreams(2, id -> Engines.NOTHING))
                .start();
        Thread[] threads = new Thread[2];
        for (int t = 0; t < threads.length; t++) {
            String group = t == 0 ? "a" : "b";
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    engine.setWeight(group, 1 + i * 7919 % HandlerGroup.MAX_WEIGHT);
                }
                engine.setWeight(group, 5);
            });
            threads[t].start();
        }
        for (int i = 0; i < 200_000; i++) {
            Engines.publish(engine, i & 3, i);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        engine.close();
        merge.assertComplete(200_000);
        assertEquals(0.5, engine.stats().groups().get(0).dueShare());
    }

    /** Two groups whose weights are exchanged all the time: at no pick do both have the same one. */
    @Test
    void shouldApplyWeightsThatAreSetTogetherBetweenTwoPicks() throws InterruptedException {
        WeightedScheduler scheduler = WeightedSchedulerTest.scheduler(65, 1, 64);
        scheduler.enter(0);
        scheduler.enter(1);
        WeightChanges changes = new WeightChanges(scheduler, 2);
        AtomicBoolean stops = new AtomicBoolean();
        Thread setter = new Thread(() -> {
            int[] groups = {0, 1};
            for (int heavy = 0; !stops.get(); heavy = 1 - heavy) {
                changes.request(groups, new int[] {heavy == 0 ? 64 : 1, heavy == 0 ? 1 : 64});
            }
        });
        setter.start();
        try {
            int seen = 0;
            for (int i = 0; i < 200_000; i++) {
                if (changes.isPending()) {
                    changes.apply();
                }
                int first = scheduler.batchSize(0);
                assertTrue(
                        (first == 1 || first == 64) && first + scheduler.batchSize(1) == 65,
                        "batches of " + first + " and " + scheduler.batchSize(1));
                seen |= first == 1 ? 1 : 2;
            }
            assertTrue(seen != 0, "no weights seen");
        } finally {
            stops.set(true);
            setter.join(TimeUnit.MINUTES.toMillis(1));
        }
        assertFalse(setter.isAlive(), "the setter goes on after a minute");
    }

    @Test
    void shouldServeByWeightsThatAreSetTogetherFromTheNextPickOn() {
        int round = 100;
        Workload workload = new Workload(new int[] {1, 1, 98}, 1, CostModel.RECORDS, round, MergeOrder.WEIGHTED, false);
        try (BraidEngine<Job> engine = workload.engine) {
            for (int i = 0; i < 4_000; i++) {
                for (int group = 0; group < 3; group++) {
                    workload.publish(group, 1);
                }
            }
            engine.invoke();
            engine.setWeights(Map.of("group 0", 98, "group 2", 1));
            long[] before = workload.service.clone();
            long servedBefore = workload.totalService;
            for (int i = 0; i < 20; i++) {
                engine.invoke();
            }
            long all = workload.totalService - servedBefore;
            assertTrue(all > 10 * round, "served " + all);
            assertEquals(0.98 * all, workload.service[0] - before[0], 3 * round, "of group 0");
            assertEquals(0.98, engine.stats().groups().get(0).dueShare(), 1e-9);
            assertEquals(0.01, engine.stats().groups().get(2).dueShare(), 1e-9);
            workload.stop();
        }
    }

    @Test
    void shouldChangeNoWeightIfOneOfThemIsRefused() {
        try (BraidEngine<Job> engine = Engines.invoked()
                .group(HandlerGroup.named("a").weight(3).subStreams(1, id -> Engines.NOTHING))
                .group(HandlerGroup.named("b").weight(4).subStreams(1, id -> Engines.NOTHING))
                .start()) {
            String weight = assertThrows(
                            IllegalArgumentException.class, () -> engine.setWeights(Map.of("a", 5, "b", -1)))
                    .getMessage();
            assertTrue(weight.contains("'b'") && weight.contains("-1"), weight);
            String name = assertThrows(
                            IllegalArgumentException.class, () -> engine.setWeights(Map.of("a", 5, "nobody", 1)))
                    .getMessage();
            assertTrue(name.contains("nobody"), name);
            engine.invoke();
            assertEquals(3, engine.stats().groups().get(0).weight());
            engine.setWeights(Map.of());
            engine.setWeights(Map.of("b", 2));
            assertEquals(0.4, engine.stats().groups().get(1).dueShare(), 1e-9);
        }
    }

    @Test
    void shouldNameWhatIsOutOfRange() {
        try (BraidEngine<Job> engine = Engines.invoked()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING))
                .start()) {
            String weight = assertThrows(IllegalArgumentException.class, () -> engine.setWeight("all", 0))
                    .getMessage();
            assertTrue(weight.contains("'all'") && weight.contains("0"), weight);
            assertThrows(IllegalArgumentException.class, () -> engine.setWeight("none", 1));
        }
    }

    @Test
    void shouldRefuseAWeightOnceTheEngineIsClosed() {
        BraidEngine<Job> engine = Engines.invoked()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING))
                .start();
        engine.close();
        String message = assertThrows(EngineClosedException.class, () -> engine.setWeight("all", 5))
                .getMessage();
        assertTrue(message.contains("'all'") && message.contains("5"), message);
        assertEquals(1, engine.stats().groups().get(0).weight());
    }

    @Test
    void shouldRefuseAWeightOnceTheEngineHasHalted() {
        BraidEngine<Job> engine = Engines.invoked()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    throw new IllegalStateException("on purpose");
                }))
                .start();
        Engines.publish(engine, 0, 0);
        assertThrows(EngineHaltedException.class, engine::invoke);
        assertThrows(EngineHaltedException.class, () -> engine.setWeight("all", 5));
        assertThrows(EngineHaltedException.class, engine::close);
    }
}
