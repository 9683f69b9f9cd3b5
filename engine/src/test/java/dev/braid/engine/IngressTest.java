package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static dev.braid.engine.Engines.drain;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.dsl.ProducerType;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IngressTest {
    private final RecordingMerge merge = new RecordingMerge();

    private EngineBuilder<Job> small() {
        return Engines.invoked()
                .ringSize(4)
                .inFlight(8)
                .merge(merge)
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> NOTHING));
    }

    @Test
    void shouldPublishByEveryTranslator() {
        try (BraidEngine<Job> engine = small().ringSize(64).start()) {
            Ingress<Job> ingress = engine.ingress();
            ingress.publish((job, sequence) -> job.set(0, 10, 0));
            ingress.publish((job, sequence) -> job.set(0, 20 + sequence, 0), 2);
            ingress.publish((job, sequence, number) -> job.set(0, number, 0), 30L);
            ingress.publish((job, sequence, number, subStream) -> job.set(subStream, number, 0), 40L, 1);
            ingress.publishAll((job, sequence, number) -> job.set(0, number, 0), new Long[] {50L, 51L, 52L});
            assertTrue(ingress.tryPublish((job, sequence) -> job.set(0, 60, 0)));
            assertTrue(ingress.tryPublish((job, sequence) -> job.set(0, 60 + sequence, 0), 2));
            assertTrue(ingress.tryPublish((job, sequence, number) -> job.set(0, number, 0), 70L));
            assertTrue(ingress.tryPublish((job, sequence, number, s) -> job.set(s, number, 0), 80L, 1));
            assertTrue(ingress.tryPublishAll((job, sequence, number) -> job.set(1, number, 0), new Long[] {90L, 91L}));
            drain(engine);
        }
        merge.assertComplete(15);
        long[] numbers = {10, 21, 22, 30, 40, 50, 51, 52, 60, 69, 70, 70, 80, 90, 91};
        for (RecordingMerge.Result result : merge.results) {
            assertEquals(numbers[(int) result.sequence()], result.number());
        }
    }

    @ParameterizedTest
    @EnumSource(ProducerType.class)
    void shouldRefuseAndLaterAcceptWhenTheRingIsFull(ProducerType producer) {
        try (BraidEngine<Job> engine = small().producerType(producer).start()) {
            Ingress<Job> ingress = engine.ingress();
            for (int i = 0; i < 4; i++) {
                assertTrue(ingress.tryPublish((job, sequence) -> job.set(0, sequence, 0)));
            }
            assertFalse(ingress.tryPublish((job, sequence) -> job.set(0, sequence, 0)));
            assertEquals(Ingress.NO_CAPACITY, ingress.tryNext(1));
            engine.invoke();
            assertFalse(ingress.tryPublish((job, sequence) -> {}, 4) && ingress.tryPublish((job, sequence) -> {}));
        }
        merge.assertComplete(8);
    }

    @Test
    void shouldDriveTheEngineItselfWhenItsOwnThreadWaitsForRoom() {
        try (BraidEngine<Job> engine = small().start()) {
            for (int i = 0; i < 1_000; i++) {
                Engines.publish(engine, i % 2, i);
            }
        }
        merge.assertComplete(1_000);
    }

    @Test
    void shouldRefuseClaimsThatNeverFit() {
        try (BraidEngine<Job> engine = small().start()) {
            for (int count : new int[] {0, -1, 5}) {
                String message = assertThrows(IllegalArgumentException.class, () -> engine.ingress()
                                .next(count))
                        .getMessage();
                assertTrue(message.contains(": " + count), message);
            }
        }
    }

    @Test
    void shouldFailTheRestOfABatchWhoseTranslatorThrows() {
        IllegalStateException thrown = new IllegalStateException("bad luck");
        try (BraidEngine<Job> engine = small().start()) {
            assertSame(thrown, assertThrows(IllegalStateException.class, () -> engine.ingress()
                    .publish(
                            (job, sequence) -> {
                                job.set(0, sequence, 0);
                                if (sequence == 1) {
                                    throw thrown;
                                }
                            },
                            3)));
            Engines.publish(engine, 0, 3);
        }
        merge.assertComplete(4);
        merge.results.sort(java.util.Comparator.comparingLong(RecordingMerge.Result::sequence));
        assertEquals(
                List.of(Outcome.PROCESSED, Outcome.FAILED, Outcome.FAILED, Outcome.PROCESSED),
                merge.results.stream().map(RecordingMerge.Result::outcome).toList());
        assertEquals("bad luck", merge.results.get(1).cause());
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldLetAHandlerPublishButNotWait(ThreadingMode threading) {
        AtomicReference<BraidEngine<Job>> self = new AtomicReference<>();
        EngineBuilder<Job> builder = Engines.invoked()
                .threadingMode(threading)
                .ringSize(4)
                .inFlight(4)
                .merge(merge)
                .errorPolicy(ErrorPolicy.SKIP)
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> (job, sequence, endOfBatch) -> {
                    Ingress<Job> ingress = self.get().ingress();
                    if (job.subStream == 0) {
                        IntStream.range(0, 10)
                                .forEach(i -> ingress.publish((next, s) -> next.set(1, i, 0))); // Waits at some point.
                    }
                }));
        try (BraidEngine<Job> engine = builder.build()) {
            self.set(engine);
            engine.start();
            Engines.publish(engine, 0, 1);
            while (engine.lowWatermark() < 0) {
                if (threading == ThreadingMode.INVOKER) {
                    engine.invoke();
                }
                Thread.onSpinWait();
            }
        }
        RecordingMerge.Result first = merge.results.get(0);
        assertEquals(Outcome.FAILED, first.outcome());
        assertTrue(first.cause().contains("must not wait for the engine that calls it"), first.cause());
        // The ring had room for four more, and a conductor of its own may have taken some of these off the ring
        // meanwhile.
        int most = threading == ThreadingMode.DEDICATED ? 8 : 5;
        assertTrue(merge.results.size() >= 5 && merge.results.size() <= most, merge.results::toString);
    }

    @Test
    void shouldTagNothingBehindARecordWhoseGroupIsFull() {
        int[] handled = new int[2];
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(64)
                .round(1)
                .merge(merge)
                .group(HandlerGroup.named("small")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, s, e) -> handled[0]++)
                        .inFlight(2))
                .group(HandlerGroup.named("large")
                        .weight(1)
                        .<Job>subStreams(1, id -> (job, s, e) -> handled[1]++)
                        .inFlight(32));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 4; i++) {
                Engines.publish(engine, 0, i);
            }
            for (int i = 0; i < 8; i++) {
                Engines.publish(engine, 1, i);
            }
            engine.invoke();
            assertEquals(
                    1, engine.stats().groups().get(0).inFlight(), "of two tagged, one handled; more wait in the ring");
            assertEquals(1, handled[0]);
            assertEquals(
                    0, engine.stats().groups().get(1).inFlight(), "behind a record that waits for its group, all wait");
            drain(engine);
            assertEquals(4, handled[0]);
            assertEquals(8, handled[1]);
        }
        merge.assertComplete(12);
    }

    @Test
    void shouldWaitForCellsWhenFailedRecordsHoldThemAll() {
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(256)
                .inFlight(1)
                .mergeOrder(MergeOrder.SEQUENCE)
                .merge(merge)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 200; i++) {
                Engines.publish(engine, i == 0 ? 0 : 99, i); // One that is handled, and all behind it fail.
            }
        }
        merge.assertComplete(200);
        merge.assertAscending();
        assertEquals(199, merge.count(Outcome.FAILED));
    }

    @Test
    void shouldServeAGroupWhileAnotherPublisherSendsNothingButBadRecords() {
        long[] failedBefore = {-1};
        AtomicReference<BraidEngine<Job>> self = new AtomicReference<>();
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(4_096)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    if (sequence == 1) {
                        failedBefore[0] = self.get().stats().failedBeforeGroup();
                    }
                }));
        try (BraidEngine<Job> engine = builder.build()) {
            self.set(engine);
            engine.start();
            Engines.publish(engine, 0, 0);
            Engines.publish(engine, 0, 1);
            for (int i = 2; i < 4_000; i++) {
                Engines.publish(engine, 99, i);
            }
            engine.invoke();
            assertTrue(
                    failedBefore[0] >= 0 && failedBefore[0] <= 128,
                    failedBefore[0] + " bad records were merged before the good one");
        }
    }
}
