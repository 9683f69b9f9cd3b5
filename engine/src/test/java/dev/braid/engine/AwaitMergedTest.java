package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for the result of a record. */
class AwaitMergedTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(5);

    private static long publish(Ingress<Job> ingress, int subStream, long number) {
        return ingress.publish((job, sequence) -> job.set(subStream, number, 0));
    }

    /** Jobs of sub-stream 0 are tried again and again until the gate is open. */
    private static HandlerGroup<Job> gated(boolean[] open) {
        return HandlerGroup.named("gated").weight(1).subStreams(2, id -> (job, sequence, end) -> {
            if (id == 0 && !open[0]) {
                throw new IllegalStateException("closed");
            }
        });
    }

    @Test
    void shouldNotWaitForOtherRecordsOfTheGroup() {
        boolean[] open = {false};
        try (BraidEngine<Job> engine = Engines.invoked()
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(1_000_000, Duration.ZERO))
                .group(gated(open))
                .start()) {
            Ingress<Job> ingress = engine.ingress();
            long stuck = publish(ingress, 0, 0);
            long behind = publish(ingress, 0, 1);
            for (int i = 0; i < 300; i++) { // More than a block of the window.
                assertTrue(ingress.awaitMerged(publish(ingress, 1, i), LONG));
            }
            assertEquals(-1, engine.lowWatermark());
            assertFalse(ingress.awaitMerged(stuck, SHORT));
            assertFalse(ingress.awaitMerged(behind, SHORT));
            assertFalse(ingress.awaitMerged(behind + 1_000, Duration.ZERO), "it is not published yet");
            open[0] = true;
            assertTrue(ingress.awaitMerged(behind, LONG));
            assertTrue(ingress.awaitMerged(stuck, SHORT));
        }
    }

    @Test
    void shouldWaitForThoseBeforeInSequenceOrder() {
        boolean[] open = {false};
        try (BraidEngine<Job> engine = Engines.invoked()
                .mergeOrder(MergeOrder.SEQUENCE)
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(1_000_000, Duration.ZERO))
                .group(gated(open))
                .start()) {
            publish(engine.ingress(), 0, 0);
            long last = publish(engine.ingress(), 1, 0);
            assertFalse(engine.ingress().awaitMerged(last, SHORT));
            open[0] = true;
            assertTrue(engine.ingress().awaitMerged(last, LONG));
        }
    }

    /** Threads that each publish, wait for the result, and publish again, on a group that has room for one record of each. */
    @ParameterizedTest
    @EnumSource(value = ThreadingMode.class, names = "INVOKER", mode = EnumSource.Mode.EXCLUDE)
    void shouldTellClosedLoopsThatTheResultIsThereAndItsRoomFree(ThreadingMode threading) throws InterruptedException {
        int loops = 4;
        int rounds = 500;
        AtomicIntegerArray merged = new AtomicIntegerArray(loops * rounds);
        EngineBuilder<Job> builder = Engines.invoked().threadingMode(threading);
        if (threading == ThreadingMode.DEDICATED) {
            builder.workers(2);
        }
        BraidEngine<Job> engine = builder.merge(
                        (job, sequence, subStream, outcome, cause) -> merged.incrementAndGet((int) sequence))
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Job>subStreams(3, id -> (job, sequence, end) -> job.result = sequence)
                        .ownIngress()
                        .inFlight(loops))
                .start();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            int loop = i;
            Thread thread = new Thread(() -> {
                Ingress<Job> ingress = engine.ingress("all");
                for (int k = 0; k < rounds; k++) {
                    int subStream = (loop + k) % 3;
                    long sequence = ingress.tryNext(1);
                    assertTrue(sequence != Ingress.NO_CAPACITY, "room after the result of the record before");
                    ingress.get(sequence).set(subStream, k, 0);
                    ingress.publish(sequence);
                    assertTrue(ingress.awaitMerged(sequence, LONG), () -> "sequence " + sequence + " merged");
                    assertEquals(1, merged.get((int) sequence), "its result");
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
    }

    /** The conductor has nothing to do then, and may sleep; what it could tell before it does not publish record by record. */
    @Test
    void shouldTellAtOnceOfARecordThatWasMergedBeforeWhileAnOlderOneIsStuck() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch merged = new CountDownLatch(1);
        BraidEngine<Job> engine = Engines.withWorkers(2)
                .merge((job, sequence, subStream, outcome, cause) -> merged.countDown())
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> (job, sequence, end) -> {
                    if (id == 0) {
                        assertTrue(release.await(60, TimeUnit.SECONDS), "released");
                    }
                }))
                .start();
        publish(engine.ingress(), 0, 0);
        long last = publish(engine.ingress(), 1, 0);
        assertTrue(merged.await(60, TimeUnit.SECONDS), "merged");
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(50)) {
            Thread.onSpinWait(); // Until the engine's threads have nothing left to do.
        }
        assertTrue(engine.ingress().awaitMerged(last, Duration.ofSeconds(60)), "told while another handler is stuck");
        release.countDown();
        engine.close();
    }

    @Test
    void shouldTellMoreThreadsThanThereArePlaces() throws InterruptedException {
        int waiters = 100;
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Job> engine = Engines.invoked()
                .threadingMode(ThreadingMode.SHARED)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    assertTrue(release.await(60, TimeUnit.SECONDS), "released");
                }))
                .start();
        CountDownLatch begun = new CountDownLatch(waiters);
        CountDownLatch told = new CountDownLatch(waiters);
        for (int i = 0; i < waiters; i++) {
            new Thread(() -> {
                        long sequence = publish(engine.ingress(), 0, 0);
                        begun.countDown();
                        if (engine.ingress().awaitMerged(sequence, LONG)) {
                            told.countDown();
                        }
                    })
                    .start();
        }
        assertTrue(begun.await(60, TimeUnit.SECONDS), "all have published");
        release.countDown();
        assertTrue(told.await(60, TimeUnit.SECONDS), () -> told.getCount() + " were not told");
        engine.close();
    }

    @Test
    void shouldEndTheWaitOfAThreadThatIsInterrupted() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Job> engine = Engines.invoked()
                .threadingMode(ThreadingMode.SHARED)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    assertTrue(release.await(60, TimeUnit.SECONDS), "released");
                }))
                .start();
        long sequence = publish(engine.ingress(), 0, 0);
        Thread.currentThread().interrupt();
        assertThrows(PublisherInterruptedException.class, () -> engine.ingress().awaitMerged(sequence, LONG));
        assertTrue(Thread.interrupted(), "the flag stays set");
        release.countDown();
        assertTrue(engine.ingress().awaitMerged(sequence, LONG));
        Thread.currentThread().interrupt();
        assertTrue(engine.ingress().awaitMerged(sequence, LONG), "there is nothing to wait for");
        assertTrue(Thread.interrupted());
        engine.close();
    }

    @Test
    void shouldSayThatARecordWillNotBeMerged() {
        BraidEngine<Job> closed = Engines.invoked()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING))
                .start();
        long last = publish(closed.ingress(), 0, 0);
        closed.close();
        assertTrue(closed.ingress().awaitMerged(last, LONG));
        assertThrows(EngineClosedException.class, () -> closed.ingress().awaitMerged(last + 1, LONG));
        BraidEngine<Job> halted = Engines.invoked()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    throw new IllegalStateException("boom");
                }))
                .start();
        long failed = publish(halted.ingress(), 0, 0);
        assertThrows(EngineHaltedException.class, () -> halted.ingress().awaitMerged(failed, LONG));
        assertThrows(EngineHaltedException.class, halted::close);
    }

    @Test
    void shouldRefuseAHandlerThatWantsToWait() {
        AtomicReference<BraidEngine<Job>> self = new AtomicReference<>();
        List<String> refused = new ArrayList<>();
        try (BraidEngine<Job> engine = Engines.invoked()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    refused.add(assertThrows(
                                    IllegalStateException.class,
                                    () -> self.get().ingress().awaitMerged(sequence, LONG))
                            .getMessage());
                }))
                .build()) {
            self.set(engine);
            engine.start();
            publish(engine.ingress(), 0, 0);
            Engines.drain(engine);
        }
        assertEquals(1, refused.size());
        assertTrue(refused.get(0).contains("a handler must not wait"), refused.get(0));
    }
}
