package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Eight publishers, each by a way of its own at each moment, and an engine that is closed at a random instant by one thread or two, or
 * halts, while publishers are interrupted: what a publisher was told is accepted is merged, nothing else is, and nobody hangs.
 * {@code -Dbraid.close.rounds=N} runs more rounds.
 */
class CloseStormTest {
    private static final int ROUNDS = Integer.getInteger("braid.close.rounds", 60);
    private static final int PUBLISHERS = 8;
    private static final int TIMEOUT_S = 60;
    private static final int SUB_STREAMS = 4;
    private static final String EXPECTED = "expected in this test";

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private static BraidEngine<Job> engine(SplittableRandom random, RecordingMerge merge, long haltAt) {
        boolean isDedicated = random.nextBoolean();
        EngineBuilder<Job> builder = BraidEngine.<Job>builder(Job::new)
                .threadingMode(isDedicated ? ThreadingMode.DEDICATED : ThreadingMode.SHARED)
                .mergeOrder(random.nextBoolean() ? MergeOrder.SEQUENCE : MergeOrder.WEIGHTED)
                .ringSize(1 << 1 + random.nextInt(6))
                .round(1 + random.nextInt(64))
                .closeTimeout(Duration.ofSeconds(TIMEOUT_S))
                .onError(t -> {})
                .onWarning(warning -> {})
                .partitioner(job -> job.subStream)
                .merge(merge)
                .group(group("gold", 5, haltAt).inFlight(4 + random.nextInt(64)).ownIngress())
                .group(group("bronze", 1, haltAt)
                        .inFlight(4 + random.nextInt(64))
                        .overload(random.nextBoolean() ? Overload.SHED : Overload.WAIT)
                        .errorPolicy(haltAt < 0 ? ErrorPolicy.SKIP : ErrorPolicy.HALT));
        return isDedicated ? builder.workers(1 + random.nextInt(2)).build() : builder.build();
    }

    private static HandlerGroup<Job> group(String name, int weight, long haltAt) {
        return HandlerGroup.named(name).weight(weight).subStreams(SUB_STREAMS / 2, id -> (job, sequence, end) -> {
            if (haltAt >= 0 && sequence >= haltAt || name.equals("bronze") && job.number % 7 == 0) {
                throw new IllegalStateException(EXPECTED);
            }
        });
    }

    /** Publishes until it is refused, and remembers what was accepted. */
    private static final class Publisher extends Thread {
        private final BraidEngine<Job> engine;
        private final SplittableRandom random;
        private final List<Long> accepted = new ArrayList<>();
        private Throwable unexpected;
        private boolean isHalted;

        Publisher(BraidEngine<Job> engine, int number, SplittableRandom random) {
            super("publisher-" + number);
            this.engine = engine;
            this.random = random;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    try {
                        publishSome();
                    } catch (PublisherInterruptedException e) {
                        Thread.interrupted();
                    }
                }
            } catch (EngineClosedException e) {
                // As expected.
            } catch (EngineHaltedException e) {
                isHalted = true;
            } catch (Throwable t) {
                unexpected = t;
            }
        }

        private void publishSome() {
            boolean isOwn = random.nextBoolean();
            Ingress<Job> ingress = isOwn ? engine.ingress("gold") : engine.ingress();
            int subStream = random.nextInt(isOwn ? SUB_STREAMS / 2 : SUB_STREAMS);
            int count = 1 + random.nextInt(2);
            Duration timeout = Duration.ofNanos(random.nextInt(100_000));
            switch (random.nextInt(5)) {
                case 0 -> accept(ingress.publish((job, s) -> job.set(subStream, s, 0), count), count);
                case 1 -> accept(ingress.publish((job, s) -> job.set(subStream, s, 0), count, timeout), count);
                case 2 -> {
                    long last = random.nextBoolean() ? ingress.tryNext(count) : ingress.next(count, timeout);
                    if (last != Ingress.NO_CAPACITY) {
                        publishClaimed(ingress, subStream, last, count);
                    }
                }
                case 3 -> publishClaimed(ingress, subStream, ingress.next(count), count);
                default -> {
                    long sequence = ingress.publish((job, s) -> job.set(subStream, s, 0));
                    accept(sequence, 1);
                    ingress.awaitMerged(sequence, timeout);
                }
            }
        }

        private void publishClaimed(Ingress<Job> ingress, int subStream, long last, int count) {
            for (long sequence = last - count + 1; sequence <= last; sequence++) {
                ingress.get(sequence).set(subStream, sequence, 0);
            }
            ingress.publish(last - count + 1, last);
            accept(last, count);
        }

        private void accept(long last, int count) {
            for (long sequence = last - count + 1; last != Ingress.NO_CAPACITY && sequence <= last; sequence++) {
                accepted.add(sequence);
            }
        }
    }

    /** Closes the engine after a while. */
    private static Thread closer(BraidEngine<Job> engine, long delayNs, AtomicReference<Throwable> thrown) {
        Thread closer = new Thread(
                () -> {
                    long startNs = System.nanoTime();
                    while (System.nanoTime() - startNs < delayNs) {
                        Thread.onSpinWait();
                    }
                    try {
                        engine.close();
                    } catch (Throwable t) {
                        thrown.set(t);
                    }
                },
                "closer");
        closer.start();
        return closer;
    }

    private static void join(Thread thread, int round) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        assertFalse(
                thread.isAlive(),
                () -> "round " + round + ": " + thread.getName() + " goes on after " + TIMEOUT_S + " s: "
                        + List.of(thread.getStackTrace()));
    }

    @Test
    void shouldMergeExactlyWhatEightPublishersWereToldIsAccepted() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed.value());
        for (int round = 0; round < ROUNDS; round++) {
            RecordingMerge results = new RecordingMerge();
            AtomicReference<Throwable> thrown = new AtomicReference<>();

            List<Publisher> publishers = storm(random, round, results, -1, thrown);

            assertNull(thrown.get());
            TreeSet<Long> accepted = new TreeSet<>();
            for (Publisher publisher : publishers) {
                accepted.addAll(publisher.accepted);
            }
            TreeSet<Long> merged = new TreeSet<>();
            results.results.forEach(result -> merged.add(result.sequence()));
            assertEquals(accepted, merged, "round " + round);
            results.assertComplete(accepted.size());
        }
    }

    @Test
    void shouldLetNobodyHangWhereTheEngineHaltsWhileItIsClosed() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed.value());
        for (int round = 0; round < ROUNDS; round++) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            RecordingMerge results = new RecordingMerge();

            List<Publisher> publishers = storm(random, round, results, random.nextInt(200), thrown);

            Throwable t = thrown.get();
            assertTrue(
                    t == null
                            || t instanceof EngineHaltedException
                                    && t.getCause().getMessage().equals(EXPECTED),
                    () -> "thrown: " + t);
            for (Publisher publisher : publishers) {
                assertTrue(
                        t != null || !publisher.isHalted, publisher.getName() + " was told of a halt, and close() not");
            }
        }
    }

    /** Runs the publishers, and closes the engine meanwhile, by two threads now and then. */
    private static List<Publisher> storm(
            SplittableRandom random, int round, RecordingMerge results, long haltAt, AtomicReference<Throwable> thrown)
            throws InterruptedException {
        BraidEngine<Job> engine = engine(random, results, haltAt);
        List<Publisher> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(new Publisher(engine, i, random.split()));
        }
        boolean isStartedLate = random.nextInt(4) == 0;
        if (!isStartedLate) {
            engine.start();
        }
        publishers.forEach(Thread::start);
        if (isStartedLate) {
            engine.start();
        }
        List<Thread> closers = new ArrayList<>();
        for (int i = random.nextInt(3) == 0 ? 2 : 1; i > 0; i--) {
            closers.add(closer(engine, random.nextLong(5_000_000), thrown));
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            publishers.get(random.nextInt(PUBLISHERS)).interrupt();
            Thread.yield();
        }
        for (Thread closer : closers) {
            join(closer, round);
        }
        for (Publisher publisher : publishers) {
            join(publisher, round);
            assertNull(publisher.unexpected, () -> "round " + round + ": " + publisher.unexpected);
        }
        return publishers;
    }
}
