package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static dev.braid.engine.Engines.publish;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers on workers' threads that block, throw, or do not come back. */
class WorkerTest {
    private static final int TIMEOUT_S = 60;
    private static final int ATTEMPTS = 11;

    private final RecordingMerge merge = new RecordingMerge();

    private static void await(String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "not within " + TIMEOUT_S + " s: " + what);
            Thread.yield();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 256})
    void shouldServeOthersWhileAHandlerBlocks(int round) {
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Job> engine = Engines.withWorkers(2)
                .merge(merge)
                .round(round)
                .group(HandlerGroup.named("bronze").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    if (!release.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("not released");
                    }
                }))
                .group(HandlerGroup.named("gold").weight(1).subStreams(4, id -> NOTHING))
                .group(HandlerGroup.named("silver").weight(1).subStreams(1, id -> NOTHING))
                .start();
        for (int i = 0; i < 100; i++) {
            publish(engine, 0, i);
        }
        for (int i = 0; i < 20_000; i++) {
            publish(engine, 1 + i % 5, i);
        }
        await(
                "gold and silver are handled, on the other worker",
                () -> engine.stats().groups().get(1).processed() == 16_000
                        && engine.stats().groups().get(2).processed() == 4_000);
        assertEquals(0, engine.stats().groups().get(0).processed());
        release.countDown();
        engine.close();
        merge.assertComplete(20_100);
    }

    /**
     * Two sub-streams each, three workers, a backlog beforehand, and handlers that block: nobody keeps two workers. A group that
     * does has a share of 0.67. So it may look where the machine stops a worker, but not in most attempts.
     */
    @Test
    void shouldLockNoGroupOutOfAWorkerWhereHandlersBlock() {
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < ATTEMPTS; i++) {
            shares.add(shareWhereHandlersBlock());
        }
        Collections.sort(shares);
        assertEquals(0.5, shares.get(ATTEMPTS / 2), 0.1, () -> "median share of the first group: " + shares);
    }

    /** Returns the share of the first of two equal groups in the first half of their records. */
    private static double shareWhereHandlersBlock() {
        RecordingMerge merge = new RecordingMerge();
        int records = 900;
        CountDownLatch published = new CountDownLatch(1);
        AtomicLongArray handled = new AtomicLongArray(2);
        AtomicLong first = new AtomicLong();
        EngineBuilder<Job> builder =
                Engines.withWorkers(3).merge(merge).round(16).inFlight(2 * records);
        for (int i = 0; i < 2; i++) {
            int group = i;
            builder.group(HandlerGroup.named("group " + i).weight(1).subStreams(2, id -> (job, sequence, end) -> {
                if (!published.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("not all are published");
                }
                LockSupport.parkNanos(100_000);
                handled.incrementAndGet(group);
                if (handled.get(0) + handled.get(1) <= records) { // Half of all: both are still backlogged.
                    first.set(handled.get(0));
                }
            }));
        }
        try (BraidEngine<Job> engine = builder.start()) {
            for (int i = 0; i < 2 * records; i++) {
                publish(engine, i % 4, i);
            }
            published.countDown();
            await("all are handled", () -> handled.get(0) + handled.get(1) == 2 * records);
        }
        merge.assertComplete(2 * records);
        return (double) first.get() / records;
    }

    @Test
    void shouldHoldUpOnlyTheSubStreamThatIsTriedAgain() {
        ConcurrentLinkedQueue<Long> handled = new ConcurrentLinkedQueue<>();
        CountDownLatch othersAreDone = new CountDownLatch(1);
        BraidEngine<Job> engine = Engines.withWorkers(2)
                .merge(merge)
                .errorPolicy(ErrorPolicy.HALT.afterRetries(1_000_000, Duration.ofNanos(100_000)))
                .group(HandlerGroup.named("flaky").weight(8).subStreams(2, id -> (job, sequence, end) -> {
                    if (id == 0 && job.number == 0 && othersAreDone.getCount() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                    if (id == 0) {
                        handled.add(job.number);
                    }
                }))
                .group(HandlerGroup.named("steady").weight(1).subStreams(2, id -> NOTHING))
                .start();
        for (int i = 0; i < 1_000; i++) {
            publish(engine, i % 4, i);
        }
        await(
                "all but the one sub-stream are handled",
                () -> engine.stats().groups().get(0).processed()
                                + engine.stats().groups().get(1).processed()
                        == 750);
        othersAreDone.countDown();
        engine.close();
        merge.assertComplete(1_000);
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < 1_000; i += 4) {
            expected.add(i);
        }
        assertEquals(expected, new ArrayList<>(handled));
    }

    @Test
    void shouldHaltAllThreadsWhenAHandlerThrows() {
        IllegalStateException thrown = new IllegalStateException("boom");
        List<Thread> threads = new ArrayList<>();
        BraidEngine<Job> engine = Engines.withWorkers(3)
                .merge(merge)
                .threadFactory((role, task) -> {
                    threads.add(new Thread(task));
                    return threads.get(threads.size() - 1);
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(8, id -> (job, sequence, end) -> {
                    if (job.number == 5_000) {
                        throw thrown;
                    }
                }))
                .start();
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, () -> {
            for (int i = 0; true; i++) {
                publish(engine, i % 8, i);
            }
        });
        assertSame(thrown, halted.getCause());
        assertSame(
                thrown, assertThrows(EngineHaltedException.class, engine::close).getCause());
        threads.forEach(thread -> assertTrue(!thread.isAlive(), thread.getName()));
        // No more records of other sub-streams are behind than may be in flight.
        assertTrue(merge.results.size() > 5_000 - 4_096, "results before it are merged: " + merge.results.size());
        assertEquals(merge.count(Outcome.PROCESSED), merge.results.size());
        assertEquals(1, merge.shutdowns);
    }

    /** A handler that knows whether it was shut down. */
    private static final class Closing implements EventHandler<Job> {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch shutDown = new CountDownLatch(1);
        final CountDownLatch release;

        Closing(CountDownLatch release) {
            this.release = release;
        }

        @Override
        public void onEvent(Job job, long sequence, boolean endOfBatch) {
            entered.countDown();
            boolean released = false;
            while (!released) {
                try {
                    released = release.await(TIMEOUT_S, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.onSpinWait(); // It is of the kind that does not listen.
                }
            }
        }

        @Override
        public void onShutdown() {
            shutDown.countDown();
        }
    }

    @Test
    void shouldEndWithoutAHandlerThatDoesNotComeBack() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        Closing stuck = new Closing(release);
        Closing idle = new Closing(release);
        List<Thread> threads = new ArrayList<>();
        BraidEngine<Job> engine = Engines.withWorkers(2)
                .merge(merge)
                .closeTimeout(Duration.ofMillis(20))
                .threadFactory((role, task) -> {
                    threads.add(new Thread(task));
                    return threads.get(threads.size() - 1);
                })
                .group(HandlerGroup.named("stuck").weight(1).subStreams(1, id -> stuck))
                .group(HandlerGroup.named("idle").weight(1).subStreams(1, id -> idle))
                .start();
        publish(engine, 0, 0);
        assertTrue(stuck.entered.await(TIMEOUT_S, TimeUnit.SECONDS), "begun");
        String message =
                assertThrows(EngineHaltedException.class, engine::close).getMessage();
        assertTrue(message.contains("timed out after 20 ms"), message);
        await(
                "the other threads have ended",
                () -> threads.stream().filter(Thread::isAlive).count() == 1);
        assertEquals(0, idle.shutDown.getCount(), "the others are shut down");
        assertEquals(1, stuck.shutDown.getCount(), "what is still called is not called by another thread, too");
        assertEquals(1, merge.shutdowns);
        release.countDown();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
            assertTrue(!thread.isAlive(), thread.getName());
        }
        merge.assertComplete(0);
    }

    @Test
    void shouldHaltWhenAWorkersThreadIsInterrupted() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        BraidEngine<Job> engine = Engines.withWorkers(2)
                .threadFactory((role, task) -> {
                    threads.add(new Thread(task));
                    return threads.get(threads.size() - 1);
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(4, id -> NOTHING))
                .start();
        threads.get(0).interrupt();
        threads.get(0).join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, engine::close);
        assertTrue(halted.getMessage().contains("braid-worker-0 was interrupted"), halted.getMessage());
    }
}
