package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static dev.braid.engine.Engines.drain;
import static dev.braid.engine.Engines.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.dsl.ProducerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogRecord;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Start, close, halt, and what handlers see of them. */
class EngineLifecycleTest {
    private final RecordingMerge merge = new RecordingMerge();
    private final List<Throwable> errors = new ArrayList<>();

    private EngineBuilder<Job> builder() {
        return Engines.invoked().merge(merge).onError(errors::add);
    }

    /** Remembers its calls. */
    private static class Witness implements EventHandler<Job> {
        final List<String> calls = new ArrayList<>();

        @Override
        public void onStart() {
            calls.add("start");
        }

        @Override
        public void onBatchStart(long batchSize, long queueDepth) {
            calls.add("batch of " + batchSize + " in " + queueDepth);
        }

        @Override
        public void onEvent(Job job, long sequence, boolean endOfBatch) {
            calls.add(sequence + (endOfBatch ? " end" : ""));
        }

        @Override
        public void onShutdown() {
            calls.add("shutdown");
        }
    }

    @Test
    void shouldCallAHandlerAsTheDisruptorDoes() {
        Witness[] witnesses = {new Witness(), new Witness(), new Witness()};
        EngineBuilder<Job> builder = builder()
                .round(4)
                .group(HandlerGroup.named("heavy").weight(3).subStreams(2, id -> witnesses[id]))
                .group(HandlerGroup.named("light").weight(1).subStreams(1, id -> witnesses[2]));
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 9; i++) {
                publish(engine, i % 3, i);
            }
            drain(engine);
        }
        assertEquals(List.of("start", "batch of 3 in 3", "0", "3", "6 end", "shutdown"), witnesses[0].calls);
        assertEquals(List.of("start", "batch of 3 in 3", "1", "4", "7 end", "shutdown"), witnesses[1].calls);
        assertEquals("start", witnesses[2].calls.get(0));
        assertEquals("shutdown", witnesses[2].calls.get(witnesses[2].calls.size() - 1));
        assertEquals(1, merge.starts);
        assertEquals(1, merge.shutdowns);
    }

    @Test
    void shouldStartASharedHandlerOnce() {
        Witness witness = new Witness();
        try (BraidEngine<Job> engine = builder()
                .group(HandlerGroup.named("all").weight(1).subStreams(3, id -> witness))
                .start()) {
            publish(engine, 2, 0);
        }
        assertEquals(List.of("start", "batch of 1 in 1", "0 end", "shutdown"), witness.calls);
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHandleAllThatWasAcceptedBeforeItCloses(ThreadingMode threading) {
        BraidEngine<Job> engine = builder()
                .threadingMode(threading)
                .ringSize(1 << 14)
                .group(HandlerGroup.named("all").weight(1).subStreams(4, id -> NOTHING))
                .start();
        for (int i = 0; i < 10_000; i++) {
            publish(engine, i % 4, i);
        }
        engine.close();
        engine.close();
        merge.assertComplete(10_000);
        assertEquals(9_999, engine.lowWatermark());
        assertEquals(1, merge.shutdowns);
        assertEquals(List.of(), errors);
        assertThrows(EngineClosedException.class, () -> publish(engine, 0, 1));
        assertThrows(EngineClosedException.class, () -> engine.ingress().tryNext(1));
        assertThrows(IllegalStateException.class, engine::start);
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldCloseAnIdleAndAnUnstartedEngine(ThreadingMode threading) {
        builder()
                .threadingMode(threading)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start()
                .close();
        merge.assertComplete(0);
        BraidEngine<Job> unstarted = builder()
                .threadingMode(threading)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .build();
        unstarted.close();
        assertThrows(EngineClosedException.class, () -> publish(unstarted, 0, 0));
        assertThrows(IllegalStateException.class, unstarted::start);
    }

    /** The race that {@link EngineLifecycle} is about: what publish() accepted is merged, what it refused is not. */
    @RepeatedTest(200)
    void shouldMergeExactlyWhatWasAcceptedWhenClosedInMidFlight() throws InterruptedException {
        for (ProducerType producer : ProducerType.values()) {
            RecordingMerge results = new RecordingMerge();
            BraidEngine<Job> engine = Engines.invoked()
                    .threadingMode(ThreadingMode.SHARED)
                    .producerType(producer)
                    .ringSize(64)
                    .inFlight(64)
                    .merge(results)
                    .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> NOTHING))
                    .start();
            int publishers = producer == ProducerType.SINGLE ? 1 : 2;
            long[] accepted = new long[publishers];
            List<Thread> threads = new ArrayList<>();
            CountDownLatch underWay = new CountDownLatch(publishers);
            for (int p = 0; p < publishers; p++) {
                int publisher = p;
                threads.add(new Thread(() -> {
                    Ingress<Job> ingress = engine.ingress();
                    try {
                        while (true) {
                            int batch = (int) (accepted[publisher] % 3) + 1;
                            ingress.publish((job, sequence) -> job.set(publisher, sequence, 0), batch);
                            accepted[publisher] += batch;
                            underWay.countDown();
                        }
                    } catch (EngineClosedException expected) {
                        underWay.countDown();
                    }
                }));
            }
            threads.forEach(Thread::start);
            underWay.await();
            engine.close();
            for (Thread thread : threads) {
                thread.join();
            }
            long sum = 0;
            for (long count : accepted) {
                sum += count;
            }
            results.assertComplete(sum);
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHaltWithTheHandlersExceptionAndMergeWhatWasDoneBefore(ThreadingMode threading)
            throws InterruptedException {
        IllegalStateException thrown = new IllegalStateException("boom");
        BraidEngine<Job> engine = builder()
                .threadingMode(threading)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    if (job.number == 5) {
                        throw thrown;
                    }
                }))
                .build();
        engine.start();
        Ingress<Job> ingress = engine.ingress();
        long last = ingress.next(10);
        for (long sequence = 0; sequence <= last; sequence++) {
            ingress.get(sequence).set(0, sequence, 0);
        }
        ingress.publish(0, last);
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, () -> {
            while (true) {
                if (threading == ThreadingMode.INVOKER) {
                    engine.invoke();
                }
                ingress.tryPublish((job, sequence) -> job.set(0, sequence, 0));
            }
        });
        assertSame(thrown, halted.getCause());
        assertTrue(halted.getMessage().contains("sub-stream 0 (group 'all') threw at sequence 5"), halted.getMessage());
        assertSame(
                thrown, assertThrows(EngineHaltedException.class, engine::close).getCause());
        assertThrows(EngineHaltedException.class, () -> ingress.next(1));
        merge.assertComplete(5);
        assertEquals(4, engine.lowWatermark());
        assertEquals(1, merge.shutdowns);
        assertEquals(1, errors.size());
    }

    @Test
    void shouldHaltOnAnErrorWhateverThePolicy() {
        BraidEngine<Job> engine = builder()
                .errorPolicy(ErrorPolicy.SKIP)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    throw new StackOverflowError();
                }))
                .start();
        publish(engine, 0, 0);
        assertThrows(EngineHaltedException.class, engine::invoke);
        assertThrows(EngineHaltedException.class, engine::close);
        merge.assertComplete(0);
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHaltAndNotMoveTheLowWatermarkWhenTheMergeHandlerThrows(ThreadingMode threading) {
        IllegalStateException thrown = new IllegalStateException("disk full");
        List<Long> ends = new ArrayList<>();
        MergeHandler<Job> failing = new MergeHandler<>() {
            @Override
            public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
                if (sequence == 3) {
                    throw thrown;
                }
            }

            @Override
            public void onBatchEnd(long lowWatermark) {
                ends.add(lowWatermark);
            }
        };
        BraidEngine<Job> engine = builder()
                .threadingMode(threading)
                .merge(failing)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        assertSame(
                thrown,
                assertThrows(EngineHaltedException.class, () -> {
                            engine.ingress().publish((job, sequence) -> job.set(0, sequence, 0), 10);
                            engine.close();
                        })
                        .getCause());
        assertTrue(engine.lowWatermark() < 3);
        assertEquals(engine.lowWatermark(), ends.isEmpty() ? -1 : ends.get(ends.size() - 1));
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHaltWhenTheMergeHandlerThrowsWhileThereIsNothingToDo(ThreadingMode threading) throws Exception {
        IllegalStateException thrown = new IllegalStateException("the disk failed meanwhile");
        CountDownLatch told = new CountDownLatch(1);
        MergeHandler<Job> failing = new MergeHandler<>() {
            @Override
            public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {}

            @Override
            public void onIdle() {
                throw thrown;
            }
        };
        BraidEngine<Job> engine = builder()
                .threadingMode(threading)
                .merge(failing)
                .onError(t -> told.countDown())
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        if (threading == ThreadingMode.INVOKER) {
            assertThrows(EngineHaltedException.class, engine::invoke);
        }
        assertTrue(told.await(60, TimeUnit.SECONDS), "halted");
        assertSame(
                thrown, assertThrows(EngineHaltedException.class, engine::close).getCause());
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldHaltWhenAHandlerCannotStart(ThreadingMode threading) {
        IllegalStateException thrown = new IllegalStateException("no licence");
        BraidEngine<Job> engine = builder()
                .threadingMode(threading)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> new EventHandler<Job>() {
                    @Override
                    public void onStart() {
                        throw thrown;
                    }

                    @Override
                    public void onEvent(Job job, long sequence, boolean endOfBatch) {}
                }))
                .start();
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, engine::close);
        assertSame(thrown, halted.getCause());
    }

    @Test
    void shouldGiveUpClosingAfterItsTimeout() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<Thread> engineThread = new AtomicReference<>();
        BraidEngine<Job> engine = builder()
                .threadingMode(ThreadingMode.SHARED)
                .closeTimeout(Duration.ofMillis(20))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    engineThread.set(Thread.currentThread());
                    entered.countDown();
                    release.await(); // Until it is interrupted.
                }))
                .start();
        publish(engine, 0, 0);
        entered.await();
        String message =
                assertThrows(EngineHaltedException.class, engine::close).getMessage();
        assertTrue(message.contains("timed out after 20 ms"), message);
        engineThread.get().join();
        assertThrows(EngineHaltedException.class, () -> publish(engine, 0, 0));
    }

    @Test
    void shouldWaitForClaimedRecordsOnlyUntilTheTimeout() {
        BraidEngine<Job> engine = builder()
                .closeTimeout(Duration.ofMillis(20))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        engine.ingress().next(1); // And never published.
        publish(engine, 0, 1);
        assertThrows(EngineHaltedException.class, engine::close);
        merge.assertComplete(0);
    }

    @Test
    void shouldNotLetAHandlerCloseOrDriveItsEngine() {
        AtomicReference<BraidEngine<Job>> self = new AtomicReference<>();
        List<String> refused = new ArrayList<>();
        BraidEngine<Job> engine = builder()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    refused.add(assertThrows(IllegalStateException.class, () -> self.get()
                                    .close())
                            .getMessage());
                    refused.add(assertThrows(IllegalStateException.class, () -> self.get()
                                    .invoke())
                            .getMessage());
                }))
                .build();
        self.set(engine);
        engine.start();
        publish(engine, 0, 0);
        drain(engine);
        engine.close();
        assertEquals(
                List.of(
                        "a handler must not close() the engine that calls it",
                        "a handler must not invoke() the engine that calls it"),
                refused);
    }

    @Test
    void shouldBeDrivenAndClosedByTheThreadThatStartedIt() throws InterruptedException {
        BraidEngine<Job> engine = builder()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        List<String> refused = new ArrayList<>();
        Thread other = new Thread(() -> {
            refused.add(
                    assertThrows(IllegalStateException.class, engine::invoke).getMessage());
            refused.add(assertThrows(IllegalStateException.class, engine::close).getMessage());
        });
        other.start();
        other.join();
        assertEquals(2, refused.size());
        assertTrue(refused.get(0).contains("invoke() is for the thread that started the engine"), refused.get(0));
        engine.close();
    }

    @Test
    void shouldGoOnWhenTheThreadThatDrivesItIsInterrupted() {
        BraidEngine<Job> engine = builder()
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        publish(engine, 0, 0);
        Thread.currentThread().interrupt();
        drain(engine);
        publish(engine, 0, 1);
        engine.close();
        assertTrue(Thread.interrupted());
        merge.assertComplete(2);
        assertEquals(1, merge.shutdowns);
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldEndInOrderEvenIfTheErrorHandlerThrows(ThreadingMode threading) {
        List<Throwable> told = new ArrayList<>();
        RuntimeException thrown = new IllegalStateException("of the error handler");
        BraidEngine<Job> engine = builder()
                .threadingMode(threading)
                .onError(t -> {
                    told.add(t);
                    throw thrown;
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    if (job.number == 1) {
                        throw new IllegalStateException("boom");
                    }
                }))
                .start();
        try (TestLog log = new TestLog()) {
            engine.ingress().publish((job, sequence) -> job.set(0, sequence, 0), 2);
            assertThrows(EngineHaltedException.class, engine::close);
            assertEquals(
                    List.of(thrown),
                    log.records.stream().map(LogRecord::getThrown).toList());
        }
        merge.assertComplete(1);
        assertEquals(1, merge.shutdowns);
        assertEquals(1, told.size());
    }

    @Test
    void shouldNoticeThatItsThreadDied() {
        BraidEngine<Job> engine = builder()
                .threadingMode(ThreadingMode.SHARED)
                .idleStrategy(role -> new IdleStrategy() {
                    @Override
                    public void idle(int workCount) {
                        throw new LinkageError("expected in this test");
                    }

                    @Override
                    public void idle() {}

                    @Override
                    public void reset() {}
                })
                .threadFactory((role, task) -> {
                    Thread thread = new Thread(task);
                    thread.setUncaughtExceptionHandler((t, e) -> {});
                    return thread;
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, () -> {
            while (true) {
                publish(engine, 0, 0);
            }
        });
        assertTrue(halted.getMessage().contains("the engine's thread braid-engine died"), halted.getMessage());
        assertThrows(EngineHaltedException.class, engine::close);
    }

    @Test
    void shouldHaltWhenItsThreadCannotBeStarted() {
        BraidEngine<Job> engine = builder()
                .threadingMode(ThreadingMode.SHARED)
                .threadFactory((role, task) -> null)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .build();
        assertThrows(NullPointerException.class, engine::start);
        assertThrows(EngineHaltedException.class, () -> publish(engine, 0, 0));
        assertThrows(EngineHaltedException.class, engine::close);
    }

    @Test
    void shouldHaltOnInterruptedHandlersWhateverThePolicy() {
        BraidEngine<Job> engine = builder()
                .errorPolicy(ErrorPolicy.SKIP)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, endOfBatch) -> {
                    throw new InterruptedException();
                }))
                .start();
        publish(engine, 0, 0);
        assertThrows(EngineHaltedException.class, engine::invoke);
        assertTrue(Thread.interrupted());
        assertThrows(EngineHaltedException.class, engine::close);
    }

    @Test
    void shouldGoOnShuttingDownWhenOneShutdownThrows() {
        Witness other = new Witness();
        Witness failing = new Witness() {
            @Override
            public void onShutdown() {
                throw new IllegalStateException("cannot stop");
            }
        };
        builder()
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> id == 0 ? failing : other))
                .start()
                .close();
        assertEquals(List.of("start", "shutdown"), other.calls);
        assertEquals(1, merge.shutdowns);
        assertEquals("cannot stop", errors.get(0).getMessage());
    }

    @Test
    void shouldHaltOnAPartitionersError() {
        BraidEngine<Job> engine = builder()
                .partitioner(job -> {
                    throw new StackOverflowError();
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> NOTHING))
                .start();
        publish(engine, 0, 0);
        assertThrows(EngineHaltedException.class, engine::invoke);
        assertThrows(EngineHaltedException.class, engine::close);
        merge.assertComplete(0);
    }

    /** The moment between the two steps of closing: nothing may be taken that will be refused to its publisher. */
    @Test
    void shouldTakeNothingWhileItIsNotKnownYetHowMuchIsAccepted() {
        IngestRing<Job> ring = new IngestRing<>(
                ProducerType.MULTI, 4, 0, 0, new CellPool<>(Job::new, 64), new RingWaits(1, () -> 0), new WakeUp());
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 0, () -> false);
        assertEquals(Long.MAX_VALUE, lifecycle.takeThrough());
        lifecycle.forbid();
        assertTrue(lifecycle.takeThrough() < 0);
        assertEquals(Long.MAX_VALUE, lifecycle.acceptedThrough(), "the engine must not end yet either");
        lifecycle.accept(ring.cursor());
        assertEquals(-1, lifecycle.takeThrough());
        assertEquals(-1, lifecycle.acceptedThrough());
    }

    @Test
    void shouldSayThatItsThreadWasInterrupted() {
        AtomicReference<Thread> engineThread = new AtomicReference<>();
        BraidEngine<Job> engine = builder()
                .threadingMode(ThreadingMode.SHARED)
                .threadFactory((role, task) -> {
                    engineThread.set(new Thread(task));
                    return engineThread.get();
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start();
        engineThread.get().interrupt();
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, () -> {
            while (true) {
                publish(engine, 0, 0);
            }
        });
        assertTrue(halted.getMessage().contains("interrupted"), halted.getMessage());
        assertThrows(EngineHaltedException.class, engine::close);
        assertFalse(engineThread.get().isAlive());
    }
}
