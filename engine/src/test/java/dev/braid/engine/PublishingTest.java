package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.dsl.ProducerType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What publishers are told: sequences, timeouts, interrupts. */
class PublishingTest {
    private static final int RING_SIZE = 4;
    private static final Duration NO_TIME = Duration.ofMillis(5);
    private static final EventTranslatorOneArg<Job, Integer> NUMBER = (job, sequence, number) -> job.set(0, number, 0);

    private final RecordingMerge merge = new RecordingMerge(100);

    private EngineBuilder<Job> builder() {
        return Engines.invoked()
                .ringSize(RING_SIZE)
                .firstSequence(100)
                .merge(merge)
                .group(HandlerGroup.named("all")
                        .weight(1)
                        .<Job>subStreams(1, id -> NOTHING)
                        .ownIngress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "own"})
    void shouldReturnTheSequenceOfWhatWasPublished(String way) {
        try (BraidEngine<Job> engine = builder().start()) {
            Ingress<Job> ingress = way.equals("own") ? engine.ingress("all") : engine.ingress();
            assertEquals(100, ingress.publish((job, sequence) -> job.set(0, sequence, 0)));
            assertEquals(102, ingress.publish((job, sequence) -> job.set(0, sequence, 0), 2));
            Engines.drain(engine);
            assertEquals(103, ingress.publish(NUMBER, 1));
            assertEquals(104, ingress.publish((job, sequence, a, b) -> job.set(0, a + b, 0), 1, 2));
            assertEquals(106, ingress.publishAll(NUMBER, new Integer[] {1, 2}));
        }
        merge.assertComplete(7);
    }

    /** The Disruptor tells what was published by the lap of its sequence, and by -1 what never was, which is also the 2^32nd lap. */
    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 17, 5L << 32, 31 + (5L << 32), (1L << 37) - 32, (1L << 37) - 1, 1L << 37, Long.MAX_VALUE / 2
            })
    void shouldTakeNothingBeforeItIsPublishedWhateverTheFirstSequence(long first) {
        RecordingMerge merge = new RecordingMerge(first);
        try (BraidEngine<Job> engine = Engines.invoked()
                .producerType(ProducerType.MULTI)
                .ringSize(16)
                .firstSequence(first)
                .merge(merge)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start()) {
            Ingress<Job> ingress = engine.ingress();
            for (int lap = 0; lap < 3; lap++) {
                assertEquals(first + 16 * lap, ingress.next());
                assertEquals(first + 16 * lap + 15, ingress.publish((job, sequence) -> job.set(0, 1, 0), 15));
                engine.invoke();
                assertEquals(first + 16 * lap - 1, engine.lowWatermark(), "while the first record is only claimed");
                ingress.get(first + 16 * lap).set(0, 1, 0);
                ingress.publish(first + 16 * lap);
                Engines.drain(engine);
            }
        }
        merge.assertComplete(48);
    }

    @Test
    void shouldReturnTheSequenceOfWhatWasPublishedBeforeTheTimeout() {
        try (BraidEngine<Job> engine = builder().start()) {
            Ingress<Job> ingress = engine.ingress();
            assertEquals(100, ingress.publish((job, sequence) -> job.set(0, sequence, 0), NO_TIME));
            assertEquals(102, ingress.publish((job, sequence) -> job.set(0, sequence, 0), 2, NO_TIME));
            assertEquals(103, ingress.publish(NUMBER, 1, NO_TIME));
            Engines.drain(engine);
            assertEquals(104, ingress.publish((job, sequence, a, b) -> job.set(0, a + b, 0), 1, 2, NO_TIME));
            assertEquals(106, ingress.publishAll(NUMBER, new Integer[] {1, 2}, Duration.ZERO));
        }
        merge.assertComplete(7);
    }

    @Test
    void shouldAnswerThatThereIsNoRoomAfterTheTimeout() throws InterruptedException {
        try (BraidEngine<Job> engine = builder().start()) {
            Ingress<Job> ingress = engine.ingress();
            ingress.publish((job, sequence) -> job.set(0, sequence, 0), RING_SIZE);
            long[] answers = new long[7];
            Thread publisher = new Thread(
                    () -> { // Not the test's, which would drive the engine while it waits.
                        answers[0] = ingress.next(1, NO_TIME);
                        answers[1] = ingress.publish((job, sequence) -> job.set(0, sequence, 0), NO_TIME);
                        answers[2] = ingress.publish((job, sequence) -> job.set(0, sequence, 0), 2, NO_TIME);
                        answers[3] = ingress.publish(NUMBER, 1, NO_TIME);
                        answers[4] = ingress.publish((job, sequence, a, b) -> job.set(0, a + b, 0), 1, 2, NO_TIME);
                        answers[5] = ingress.publishAll(NUMBER, new Integer[] {1}, NO_TIME);
                        answers[6] = ingress.next(1, Duration.ofSeconds(-1));
                    });
            publisher.start();
            publisher.join();
            for (long answer : answers) {
                assertEquals(Ingress.NO_CAPACITY, answer);
            }
            Engines.drain(engine);
            assertEquals(100 + RING_SIZE, ingress.next(1, Duration.ofSeconds(Long.MAX_VALUE)));
            ingress.publish(100 + RING_SIZE);
        }
        merge.assertComplete(RING_SIZE + 1);
    }

    /** A publisher that waits on an engine that nobody drives, so that it waits for as long as it can. */
    private static Thread waiting(BraidEngine<Job> engine, AtomicReference<Throwable> thrown)
            throws InterruptedException {
        Thread publisher = new Thread(() -> engine.ingress().publish((job, sequence) -> job.set(0, sequence, 0)));
        publisher.setUncaughtExceptionHandler((thread, t) ->
                thrown.set(thread.isInterrupted() ? t : new IllegalStateException("the flag is not set", t)));
        publisher.start();
        awaitState(publisher, Thread.State.TIMED_WAITING);
        return publisher;
    }

    private static void awaitState(Thread thread, Thread.State state) {
        long startNs = System.nanoTime();
        while (thread.getState() != state) {
            assertTrue(
                    System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60),
                    "the publisher is " + thread.getState());
            Thread.yield();
        }
    }

    @Test
    void shouldEndTheWaitOfAPublisherThatIsInterruptedAndClaimNothing() throws InterruptedException {
        try (BraidEngine<Job> engine = builder().start()) {
            engine.ingress().publish((job, sequence) -> job.set(0, sequence, 0), RING_SIZE);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread publisher = waiting(engine, thrown);
            publisher.interrupt();
            publisher.join(TimeUnit.SECONDS.toMillis(60));
            assertFalse(publisher.isAlive(), "it goes on waiting");
            assertTrue(thrown.get() instanceof PublisherInterruptedException, () -> "thrown: " + thrown.get());
            Engines.drain(engine);
            assertEquals(100 + RING_SIZE, engine.ingress().publish((job, sequence) -> job.set(0, sequence, 0)));
        }
        merge.assertComplete(RING_SIZE + 1);
    }

    @Test
    void shouldPublishDespiteAnInterruptIfThereIsRoomAndOtherwiseSayThatItWasInterrupted() {
        try (BraidEngine<Job> engine = builder().start()) {
            Ingress<Job> ingress = engine.ingress();
            Thread.currentThread().interrupt();
            ingress.publish((job, sequence) -> job.set(0, sequence, 0), RING_SIZE);
            assertThrows(PublisherInterruptedException.class, ingress::next);
            assertThrows(PublisherInterruptedException.class, () -> ingress.next(1, NO_TIME));
            assertThrows(PublisherInterruptedException.class, () -> ingress.publish(NUMBER, 1, NO_TIME));
            assertEquals(Ingress.NO_CAPACITY, ingress.next(1, Duration.ZERO), "that does not wait");
            assertTrue(Thread.interrupted(), "the flag stays set");
            Engines.drain(engine);
            assertEquals(100 + RING_SIZE, ingress.publish(NUMBER, 1), "nothing was claimed meanwhile");
        }
        merge.assertComplete(RING_SIZE + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "own"})
    void shouldHaveNoRoomBeforeTheStartAndThenTakeThoseThatWaited(String way) throws InterruptedException {
        BraidEngine<Job> engine = builder().threadingMode(ThreadingMode.SHARED).build();
        Ingress<Job> ingress = way.equals("own") ? engine.ingress("all") : engine.ingress();
        assertEquals(Ingress.NO_CAPACITY, ingress.tryNext(1));
        assertFalse(ingress.tryPublish((job, sequence) -> job.set(0, sequence, 0)));
        assertEquals(Ingress.NO_CAPACITY, ingress.publish(NUMBER, 1, NO_TIME));
        long[] sequence = new long[1];
        Thread publisher = new Thread(() -> sequence[0] = ingress.publish(NUMBER, 1));
        publisher.start();
        awaitState(publisher, Thread.State.TIMED_WAITING);
        engine.start();
        publisher.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(publisher.isAlive(), "it waits though the engine was started");
        assertEquals(100, sequence[0]);
        engine.close();
        merge.assertComplete(1);
    }

    @Test
    void shouldWarnOfAPublisherThatWaitsForAnEngineThatNobodyStarts() throws InterruptedException {
        List<String> warnings = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch warned = new CountDownLatch(1);
        BraidEngine<Job> engine = builder()
                .threadingMode(ThreadingMode.SHARED)
                .stuckHandlerAfter(Duration.ofMillis(1))
                .onWarning(warning -> {
                    warnings.add(warning);
                    warned.countDown();
                })
                .build();
        Thread publisher = new Thread(() -> engine.ingress().publish(NUMBER, 1), "forgetful");
        publisher.start();
        assertTrue(warned.await(60, TimeUnit.SECONDS), "nobody was warned");
        engine.start();
        publisher.join(TimeUnit.SECONDS.toMillis(60));
        engine.close();
        assertEquals(
                List.of("thread forgetful waits to publish, but the engine has not been started"),
                warnings.stream()
                        .filter(warning -> warning.contains("forgetful"))
                        .toList());
        merge.assertComplete(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndTheWaitOfPublishersOfAnEngineThatIsClosedAndWasNeverStarted(boolean isInvoked)
            throws InterruptedException {
        BraidEngine<Job> engine = builder()
                .threadingMode(isInvoked ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .build();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread publisher = new Thread(() -> engine.ingress("all").next());
        publisher.setUncaughtExceptionHandler((thread, t) -> {
            thrown.set(t);
            ended.countDown();
        });
        publisher.start();
        awaitState(publisher, Thread.State.TIMED_WAITING);
        engine.close();
        assertTrue(ended.await(60, TimeUnit.SECONDS), "it waits though the engine is closed");
        assertTrue(thrown.get() instanceof EngineClosedException, () -> "thrown: " + thrown.get());
        publisher.join();
    }

    /** A thread whose interrupt flag is set cannot park, and took a core until the engine closed; so nobody waits with it. */
    @Test
    void shouldNotSpinWhileItWaitsForRoom() throws InterruptedException {
        BraidEngine<Job> engine = builder().build();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread publisher = waiting(engine, thrown);
        long startNs = System.nanoTime();
        long cpuNs = cpuNs(publisher);
        long spentNs = cpuNs;
        while (System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(200)) {
            spentNs = cpuNs(publisher);
            Thread.yield();
        }
        long percent = (spentNs - cpuNs) * 100 / (System.nanoTime() - startNs);
        assertTrue(percent < 70, "it takes " + percent + " % of a core");
        assertNull(thrown.get());
        engine.close();
        publisher.join();
    }

    private static long cpuNs(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }
}
