package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that fall asleep at once, without a timer that would wake them: after a lost wake-up nothing happens any more. The
 * argument is the number of workers, 0 for none.
 */
class SleepingEngineTest {
    private static final long TIMEOUT_S = 60;
    private static final int RECORDS = Integer.getInteger("braid.sleeping.records", 5_000);
    private static final EventHandler<Job> NOTHING = (job, sequence, endOfBatch) -> {};

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private final SplittableRandom random = new SplittableRandom(seed.value());
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

    private EngineBuilder<Job> builder(int workers) {
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .onError(errors::add)
                .onWarning(warning -> {}) // Of weights that are changed at random.
                .idleStrategy(role -> new WakeableIdleStrategy(random.nextInt(3), random.nextInt(3)))
                .closeTimeout(Duration.ofSeconds(TIMEOUT_S));
        builder.settings.idlePeriodNs = TimeUnit.DAYS.toNanos(1);
        return workers == 0
                ? builder
                : builder.threadingMode(ThreadingMode.DEDICATED).workers(workers);
    }

    private static void set(Job job, long sequence, int subStream) {
        job.set(subStream, sequence, 1);
    }

    private void await(String what, BooleanSupplier isSo) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!isSo.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "not within " + TIMEOUT_S + " s: " + what);
            Thread.yield();
        }
    }

    /** As long as it may take to fall asleep: so that all moments of that are met. */
    private static void pause(SplittableRandom random) {
        for (int i = random.nextInt(200); i > 0; i--) {
            Thread.onSpinWait();
        }
        if (random.nextInt(10) == 0) {
            Thread.yield();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldHandleEveryRecordOfAPublisherThatWaitsForEach(int workers) {
        try (BraidEngine<Job> engine = builder(workers)
                .partitioner(job -> job.subStream)
                .group(HandlerGroup.named("a").weight(3).subStreams(2, id -> NOTHING))
                .group(HandlerGroup.named("b").weight(1).subStreams(2, id -> NOTHING))
                .start()) {
            Ingress<Job> shared = engine.ingress();
            for (int i = 0; i < RECORDS; i++) {
                long sequence = i;
                shared.publish(SleepingEngineTest::set, i % 4);
                await("sequence " + sequence + " is merged", () -> engine.lowWatermark() >= sequence);
                pause(random);
                if (i % 64 == 0) {
                    engine.setWeight("a", 1 + random.nextInt(9));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldHandleWhatIsPublishedInAnotherOrderThanItWasClaimed(int workers) throws InterruptedException {
        try (BraidEngine<Job> engine = builder(workers)
                .partitioner(job -> job.subStream)
                .group(HandlerGroup.named("all").weight(1).subStreams(4, id -> NOTHING))
                .start()) {
            Ingress<Job> ingress = engine.ingress();
            inParallel(3, own -> {
                for (int i = 0; i < RECORDS / 2; i++) {
                    int count = 1 + own.nextInt(3);
                    long last = ingress.next(count);
                    for (long sequence = last - count + 1; sequence <= last; sequence++) {
                        set(ingress.get(sequence), sequence, own.nextInt(4));
                    }
                    pause(own); // Others publish what comes behind.
                    ingress.publish(last - count + 1, last);
                    await("sequence " + last + " is merged", () -> engine.lowWatermark() >= last);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldGoOnWhenPublishersWaitForRoomInTheirGroup(int workers) throws InterruptedException {
        AtomicLong handled = new AtomicLong();
        int publishers = 3;
        try (BraidEngine<Job> engine = builder(workers)
                .ringSize(2)
                .partitioner(job -> job.subStream)
                .group(HandlerGroup.named("own")
                        .weight(1)
                        .<Job>subStreams(2, id -> (job, sequence, end) -> handled.incrementAndGet())
                        .inFlight(2)
                        .ownIngress())
                .group(HandlerGroup.named("other")
                        .weight(1)
                        .<Job>subStreams(2, id -> (job, sequence, end) -> handled.incrementAndGet())
                        .inFlight(1)
                        .ownIngress())
                .start()) {
            List<Ingress<Job>> ingresses = List.of(engine.ingress("own"), engine.ingress("other"), engine.ingress());
            AtomicLong next = new AtomicLong();
            inParallel(publishers, own -> {
                int number = (int) next.getAndIncrement();
                for (int i = 0; i < RECORDS; i++) {
                    ingresses.get(number).publish(SleepingEngineTest::set, number == 2 ? i % 4 : 2 * number + i % 2);
                    pause(own);
                }
            });
        }
        assertEquals((long) publishers * RECORDS, handled.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldHandleWhatHandlersPublish(int workers) {
        List<BraidEngine<Job>> engines = new ArrayList<>();
        BraidEngine<Job> engine = builder(workers)
                .partitioner(job -> job.subStream)
                .group(HandlerGroup.named("all").weight(1).subStreams(4, id -> (job, sequence, end) -> {
                    if (job.number > 0) {
                        long left = job.number - 1;
                        engines.get(0).ingress().tryPublish((next, s) -> next.set((id + 1) % 4, left, 1));
                    }
                }))
                .build();
        engines.add(engine);
        try (engine) {
            engine.start();
            engine.ingress().publish((job, sequence) -> job.set(0, RECORDS, 1));
            await("the last one is merged", () -> engine.lowWatermark() >= RECORDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldTryAgainInTimeThoughNothingElseHappens(int workers) {
        int[] tries = {0};
        try (BraidEngine<Job> engine = builder(workers)
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(3, Duration.ofMillis(1)))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    if (tries[0]++ < 3) {
                        throw new IllegalStateException("expected in this test");
                    }
                }))
                .start()) {
            engine.ingress().publish(SleepingEngineTest::set, 0);
            await("the record is merged", () -> engine.lowWatermark() >= 0);
        }
        assertEquals(4, tries[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldEndWhenItIsClosedWhileItSleeps(int workers) {
        for (int i = 0; i < RECORDS / 50; i++) {
            BraidEngine<Job> engine = builder(workers)
                    .ringSize(2)
                    .inFlight(2)
                    .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                    .start();
            if (i % 2 == 0) {
                engine.ingress().publish(SleepingEngineTest::set, 0);
            }
            pause(random);
            engine.close(); // Throws if it takes as long as the time-out.
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldHaltWhileAllOthersSleep(int workers) {
        for (int i = 0; i < RECORDS / 100; i++) {
            BraidEngine<Job> engine = builder(workers)
                    .ringSize(2)
                    .inFlight(2)
                    .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                        throw new IllegalStateException("expected in this test");
                    }))
                    .start();
            pause(random);
            long begunNs = System.nanoTime();
            try {
                engine.ingress().publish(SleepingEngineTest::set, 0);
            } catch (EngineHaltedException e) {
                // It was faster.
            }
            EngineHaltedException halted = assertThrows(EngineHaltedException.class, engine::close);
            assertTrue(halted.getMessage().contains("threw at sequence 0"), halted.getMessage());
            assertTrue(System.nanoTime() - begunNs < TimeUnit.SECONDS.toNanos(TIMEOUT_S), "it did not end by itself");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldNoticeWhatItsMergeHandlerIsToldByAnotherThread(int workers) {
        class Notified implements MergeHandler<Job> {
            volatile Thread thread;
            volatile boolean isBroken;

            @Override
            public void onStart() {
                thread = Thread.currentThread();
            }

            @Override
            public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {}

            @Override
            public void onIdle() {
                if (isBroken) {
                    throw new IllegalStateException("expected in this test");
                }
            }
        }
        for (int i = 0; i < RECORDS / 100; i++) {
            Notified merge = new Notified();
            BraidEngine<Job> engine = builder(workers)
                    .merge(merge)
                    .ringSize(2)
                    .inFlight(2)
                    .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                    .start();
            await("the merge handler is started", () -> merge.thread != null);
            pause(random);
            merge.isBroken = true;
            LockSupport.unpark(merge.thread);
            await("the engine halts", () -> engine.stats().state() == EngineState.HALTED);
            assertThrows(EngineHaltedException.class, engine::close);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldGoOnWhenItsIngestHandlerLetsMoreThrough(int workers) throws InterruptedException {
        class Gate implements IngestHandler<Job> {
            volatile Thread thread;
            volatile long open = -1;
            volatile long seen = -1;

            @Override
            public void onStart() {
                thread = Thread.currentThread();
            }

            @Override
            public void onRecord(Job job, long sequence, int group, Throwable cause) {
                seen = sequence;
            }

            @Override
            public long onBatchEnd(long sequence) {
                return Math.min(sequence, open);
            }
        }
        Gate gate = new Gate();
        try (BraidEngine<Job> engine = builder(workers)
                .ingest(gate)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING))
                .start()) {
            await("the ingest handler is started", () -> gate.thread != null);
            for (int i = 0; i < RECORDS / 5; i++) {
                long sequence = i;
                engine.ingress().publish(SleepingEngineTest::set, 0);
                await("sequence " + sequence + " is shown", () -> gate.seen >= sequence);
                pause(random);
                gate.open = sequence;
                LockSupport.unpark(gate.thread);
                await("sequence " + sequence + " is merged", () -> engine.lowWatermark() >= sequence);
            }
        }
    }

    @Test
    void shouldHaveThreadsThatTellWhatTheyAreFor() {
        Map<String, Boolean> daemons = new ConcurrentSkipListMap<>();
        Map<String, ThreadRole> idle = new ConcurrentSkipListMap<>();
        EngineBuilder<Job> builder = builder(2)
                .engineName("desk")
                .idleStrategy(role -> {
                    idle.put(role.threadName(), role);
                    return new WakeableIdleStrategy();
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        try (BraidEngine<Job> engine = builder.start()) {
            await("all threads are there", () -> {
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith("desk-"))
                        .forEach(thread -> daemons.put(thread.getName(), thread.isDaemon()));
                return daemons.size() == 4;
            });
            assertEquals(EngineState.RUNNING, engine.stats().state());
        }
        assertEquals(
                List.of("desk-engine", "desk-merge", "desk-worker-0", "desk-worker-1"), List.copyOf(idle.keySet()));
        assertEquals(idle.keySet(), daemons.keySet());
        assertEquals(Set.of(false), Set.copyOf(daemons.values()));
        assertEquals(new ThreadRole("desk", ThreadRole.WORKER, 1), idle.get("desk-worker-1"));
    }

    @Test
    void shouldRefuseNoIdleStrategyAndABlankName() {
        EngineBuilder<Job> builder =
                builder(0).group(HandlerGroup.named("all").weight(1).subStreams(1, id -> NOTHING));
        assertThrows(IllegalArgumentException.class, () -> builder.idleStrategy(role -> null)
                .build());
        builder.idleStrategy(role -> new WakeableIdleStrategy()).engineName(" ");
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    private interface Publisher {
        void run(SplittableRandom random);
    }

    private void inParallel(int count, Publisher publisher) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom own = random.split();
            Thread thread = new Thread(() -> {
                try {
                    publisher.run(own);
                } catch (Throwable t) {
                    errors.add(t);
                }
            });
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(2 * TIMEOUT_S));
            assertTrue(!thread.isAlive(), () -> "a publisher waits since " + TIMEOUT_S + " s");
        }
        assertTrue(errors.isEmpty(), errors::toString);
    }
}
