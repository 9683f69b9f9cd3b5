package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits, or is refused, when a group is at its in-flight bound. Sub-stream 0 is gold's, 1 is bronze's. */
class AdmissionTest {
    private static final int BOUND = 8;

    private final RecordingMerge merge = new RecordingMerge();
    private final List<Long> gold = new ArrayList<>();
    private final List<Long> bronze = new ArrayList<>();
    private Overload overload = Overload.WAIT;

    private EngineBuilder<Job> builder() {
        return Engines.invoked()
                .ringSize(16)
                .round(4)
                .merge(merge)
                .group(HandlerGroup.named("gold")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> gold.add(job.number))
                        .ownIngress()
                        .inFlight(BOUND))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> bronze.add(job.number))
                        .ownIngress()
                        .inFlight(BOUND)
                        .overload(overload));
    }

    private static boolean tryPublish(Ingress<Job> ingress, int subStream, long number) {
        return ingress.tryPublish((job, sequence) -> job.set(subStream, number, 1));
    }

    private static int publishUntilRefused(Ingress<Job> ingress, int subStream) {
        int count = 0;
        while (count < 10_000 && tryPublish(ingress, subStream, count)) {
            count++;
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(ProducerType.class)
    void shouldRefuseOnlyTheGroupThatIsAtItsBound(ProducerType producers) {
        try (BraidEngine<Job> engine = builder().producerType(producers).start()) {
            assertEquals(16, publishUntilRefused(engine.ingress(), 1), "the shared ingress fills its part of the ring");
            assertEquals(BOUND, publishUntilRefused(engine.ingress("bronze"), 1));
            assertEquals(BOUND, publishUntilRefused(engine.ingress("gold"), 0), "whatever the others do");
            Engines.drain(engine);
            assertEquals(BOUND, gold.size());
            assertEquals(16 + BOUND, bronze.size());
            assertEquals(BOUND, publishUntilRefused(engine.ingress("gold"), 0), "it has its credit back");
            Engines.drain(engine);
        }
        merge.assertComplete(16 + 3 * BOUND);
    }

    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldGiveCreditBackWithEveryBatch(MergeOrder order) {
        int records = 1_000;
        int[] refused = {0};
        List<Ingress<Job>> own = new ArrayList<>();
        MergeHandler<Job> closedLoop = (job, sequence, subStream, outcome, cause) -> {
            if (job.number < records && !tryPublish(own.get(0), 0, job.number + 1)) {
                refused[0]++;
            }
        };
        try (BraidEngine<Job> engine = Engines.invoked()
                .round(4096)
                .mergeOrder(order)
                .merge(closedLoop)
                .group(HandlerGroup.named("gold")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> gold.add(job.number))
                        .ownIngress()
                        .inFlight(64))
                .start()) {
            own.add(engine.ingress("gold"));
            assertTrue(tryPublish(own.get(0), 0, 1));
            engine.invoke();
            assertEquals(0, refused[0], "refused, with two records in flight at most");
            assertEquals(records, gold.size(), "handled in one duty cycle");
        }
    }

    @Test
    void shouldNotHaveAStalledRecordWaitForResultsThatWaitForItsOwn() {
        try (BraidEngine<Job> engine = Engines.invoked()
                .mergeOrder(MergeOrder.SEQUENCE)
                .merge(merge)
                .group(HandlerGroup.named("gold")
                        .weight(1)
                        .<Job>subStreams(2, id -> (job, sequence, end) -> gold.add(job.number))
                        .ownIngress()
                        .inFlight(1))
                .start()) {
            Ingress<Job> own = engine.ingress("gold");
            assertTrue(tryPublish(engine.ingress(), 0, 0));
            assertTrue(tryPublish(engine.ingress(), 0, 1)); // Has to wait for room ...
            assertTrue(tryPublish(own, 1, 2)); // ... which this one takes, whose result has to wait for it.
            Engines.drain(engine);
            assertEquals(2, engine.lowWatermark());
        }
        merge.assertComplete(3);
        assertEquals(List.of(0L, 2L, 1L), gold);
    }

    @Test
    void shouldLetAGroupsOwnRecordsPassThoseOfTheSharedIngressThatWait() {
        boolean[] closed = {true};
        try (BraidEngine<Job> engine = builder()
                .group(HandlerGroup.named("stuck")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> {
                            if (closed[0]) {
                                throw new IllegalStateException("closed");
                            }
                        })
                        .ownIngress()
                        .inFlight(1))
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(1_000_000, Duration.ofNanos(0)))
                .start()) {
            Ingress<Job> own = engine.ingress("gold");
            for (int i = 0; i < 3; i++) {
                assertTrue(tryPublish(engine.ingress(), 2, i)); // One is in flight and cannot be handled, two wait.
            }
            assertTrue(tryPublish(engine.ingress(), 1, 0), "bronze waits behind them in the shared ingress");
            for (int round = 0; round < 5; round++) {
                assertEquals(BOUND, publishUntilRefused(own, 0));
                while (gold.size() < BOUND * (round + 1)) {
                    engine.invoke();
                }
            }
            assertEquals(List.of(), bronze, "the shared ingress waits as a whole");
            assertEquals(16 - 3, publishUntilRefused(engine.ingress(), 1), "and has room for what does not wait yet");
            closed[0] = false;
        }
        assertEquals(1 + 16 - 3, bronze.size());
        merge.assertComplete(5 * BOUND + 3 + 1 + 16 - 3);
    }

    @ParameterizedTest
    @EnumSource(ProducerType.class)
    void shouldLeaveOtherGroupsTheirRoomWhenAGroupThatIsStuckIsFedBothWays(ProducerType producers) {
        boolean[] closed = {true};
        int bound = 1_000;
        int ringSize = 1_024;
        try (BraidEngine<Job> engine = builder()
                .ringSize(ringSize)
                .producerType(producers)
                .group(HandlerGroup.named("stuck")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, sequence, end) -> {
                            if (closed[0]) {
                                throw new IllegalStateException("closed");
                            }
                        })
                        .ownIngress()
                        .inFlight(bound))
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(1_000_000, Duration.ofNanos(0)))
                .start()) {
            Ingress<Job> own = engine.ingress("gold");
            int shared = publishUntilRefused(engine.ingress(), 2);
            int ofOwn = publishUntilRefused(engine.ingress("stuck"), 2);
            assertEquals(bound, ofOwn, "claimed before any record of the shared ingress is tagged");
            for (int i = 0; i < 20; i++) { // The group is full twice, and as many as the ring has room for wait.
                engine.invoke();
                shared += publishUntilRefused(engine.ingress(), 2);
                assertEquals(0, publishUntilRefused(engine.ingress("stuck"), 2));
            }
            assertEquals(bound + ringSize, shared);
            for (int round = 1; round <= 50; round++) {
                assertEquals(BOUND, publishUntilRefused(own, 0), "in round " + round);
                for (int i = 0; i < 20 && gold.size() < BOUND * round; i++) {
                    engine.invoke();
                }
                assertEquals(BOUND * round, gold.size(), "handled in round " + round);
            }
            closed[0] = false;
            Engines.drain(engine);
            assertEquals(ringSize, publishUntilRefused(engine.ingress(), 1), "the ring is whole again");
            Engines.drain(engine);
            merge.assertComplete(shared + ofOwn + 50 * BOUND + ringSize);
        }
    }

    @Test
    void shouldKeepTheOrderOfASubStreamThatIsFedBothWays() {
        try (BraidEngine<Job> engine = builder().start()) {
            Ingress<Job> own = engine.ingress("bronze");
            long number = 0;
            for (int i = 0; i < 200; i++) {
                Ingress<Job> ingress = i % 3 == 0 ? own : engine.ingress();
                while (!tryPublish(ingress, 1, number)) {
                    engine.invoke();
                }
                number++;
            }
        }
        for (int i = 0; i < 200; i++) {
            assertEquals(i, bronze.get(i));
        }
        merge.assertComplete(200);
    }

    @ParameterizedTest
    @EnumSource(MergeOrder.class)
    void shouldShedTheNewestOfTheGroupThatIsAtItsBound(MergeOrder order) {
        overload = Overload.SHED;
        try (BraidEngine<Job> engine = builder().mergeOrder(order).start()) {
            for (int i = 0; i < 12; i++) {
                assertTrue(tryPublish(engine.ingress(), 1, i));
            }
            for (int i = 0; i < 4; i++) {
                assertTrue(tryPublish(engine.ingress(), 0, i));
            }
            Engines.drain(engine);
            GroupStats stats = engine.stats().groups().get(1);
            assertEquals(12 - BOUND, stats.shed());
            assertEquals(BOUND, stats.processed());
            assertEquals(0, stats.inFlight());
            assertEquals(0, stats.backlog());
            assertEquals(0, engine.stats().groups().get(0).shed());
            assertEquals(15, engine.lowWatermark());
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), bronze);
        assertEquals(4, gold.size());
        merge.assertComplete(16);
        assertEquals(12 - BOUND, merge.count(Outcome.SHED));
        if (order == MergeOrder.SEQUENCE) {
            merge.assertAscending();
        }
    }

    @Test
    void shouldFailARecordThatThePartitionerGivesToAnotherGroup() {
        try (BraidEngine<Job> engine = builder().start()) {
            for (int round = 0; round < 5; round++) { // Its credit comes back, or this would be refused.
                for (int i = 0; i < BOUND; i++) {
                    assertTrue(tryPublish(engine.ingress("gold"), 1, 0));
                }
                Engines.drain(engine);
            }
            assertEquals(5 * BOUND, engine.stats().failedBeforeGroup());
        }
        assertEquals(List.of(), bronze);
        merge.assertComplete(5 * BOUND);
        String message = merge.results.get(0).cause();
        assertTrue(message.contains("'gold'") && message.contains("'bronze'"), message);
    }

    @Test
    void shouldNameWhatItDoesNotKnowOrCannotGive() {
        try (BraidEngine<Job> engine = builder().start()) {
            String unknown = assertThrows(IllegalArgumentException.class, () -> engine.ingress("silver"))
                    .getMessage();
            assertTrue(unknown.contains("'silver'"), unknown);
            Ingress<Job> own = engine.ingress("gold");
            assertThrows(IllegalArgumentException.class, () -> own.next(BOUND + 1), "it would wait forever");
            assertEquals(own.next(BOUND), BOUND - 1);
            assertFalse(tryPublish(own, 0, 0));
            own.publish(0, BOUND - 1);
        }
    }

    @Test
    void shouldHoldTheBoundsWithThreadsThatFloodEachTheirGroup() throws InterruptedException {
        int records = 100_000;
        long[][] next = new long[2][1];
        RecordingMerge results = new RecordingMerge();
        BraidEngine<Job> engine = BraidEngine.<Job>builder(Job::new)
                .onWarning(warning -> {}) // Bronze's bound is less than a batch.
                .partitioner(job -> job.subStream)
                .ringSize(4)
                .round(16)
                .merge(results)
                .group(HandlerGroup.named("gold")
                        .weight(3)
                        .<Job>subStreams(1, id -> (job, s, e) -> next[0][0] = inOrder(next[0][0], job))
                        .ownIngress()
                        .inFlight(32))
                .group(HandlerGroup.named("bronze")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, s, e) -> next[1][0] = inOrder(next[1][0], job))
                        .ownIngress()
                        .inFlight(5))
                .start();
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int group = i;
            Thread thread = new Thread(() -> {
                Ingress<Job> ingress = engine.ingress(group == 0 ? "gold" : "bronze");
                for (int k = 0; k < records; ) {
                    int claim = Math.min(records - k, 1 + k % 5);
                    long last = ingress.next(claim);
                    for (long sequence = last - claim + 1; sequence <= last; sequence++) {
                        ingress.get(sequence).set(group, k++, 1);
                    }
                    ingress.publish(last - claim + 1, last);
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        engine.close();
        assertEquals(List.of(), failures);
        results.assertComplete(2 * records);
    }

    private static long inOrder(long expected, Job job) {
        assertEquals(expected, job.number);
        return expected + 1;
    }
}
