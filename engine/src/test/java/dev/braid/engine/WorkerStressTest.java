package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Real threads, several engines at a time: many sub-streams, small batches, more workers than groups can use, handlers that
 * throw, and weights that change often, so that batches are taken back, laid out and gone on with at every moment. It
 * runs for some seconds, or for as long as the system property {@value #SECONDS} says.
 */
class WorkerStressTest {
    private static final String SECONDS = "braid.stress.seconds";
    private static final int WAIT_S = 60;
    private static final int RECORDS = 10_000;

    /** Large enough that all threads are interrupted at any place. */
    private static final int ENGINES = 3;

    private static final int MAX_GROUPS = 120;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @Test
    void shouldGiveEveryRecordOneOutcomeInTheOrderOfItsSubStream() throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong(SECONDS, 4));
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ENGINES; i++) {
            Random seeds = new Random(seed.value() + i);
            threads.add(start("engines " + i, failures, () -> {
                do {
                    runAndReport(seeds.nextLong());
                } while (failures.isEmpty() && System.nanoTime() - endNs < 0);
            }));
        }
        for (Thread thread : threads) {
            thread.join(); // Everything that it waits for is bounded.
        }
        assertEquals(List.of(), failures);
    }

    private static void runAndReport(long engineSeed) {
        try {
            run(engineSeed);
        } catch (Throwable t) {
            throw new AssertionError("engine's seed " + engineSeed + ": " + t, t);
        }
    }

    private static void run(long seed) throws InterruptedException {
        Random random = new Random(seed);
        int[] firsts = new int[2 + random.nextInt(random.nextInt(3) == 0 ? MAX_GROUPS - 2 : 8)];
        int[] subStreams = new int[firsts.length];
        OrderMerge merge = new OrderMerge();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        int ringSize = 64 << random.nextInt(3);
        EngineBuilder<Job> builder = Engines.withWorkers(2 + random.nextInt(4))
                .ringSize(ringSize)
                .inFlight(ringSize)
                .round(1 + random.nextInt(32))
                .costModel(random.nextBoolean() ? CostModel.RECORDS : CostModel.NANOSECONDS)
                .mergeOrder(random.nextInt(4) == 0 ? MergeOrder.SEQUENCE : MergeOrder.WEIGHTED)
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(2, Duration.ofNanos(20_000)))
                .closeTimeout(Duration.ofSeconds(WAIT_S))
                .onError(failures::add)
                .merge(merge);
        for (int i = 0, next = 0; i < firsts.length; i++) {
            firsts[i] = next;
            subStreams[i] = 1 + random.nextInt(4);
            next += subStreams[i];
            builder.group(HandlerGroup.named("group " + i)
                    .weight(1 + random.nextInt(50))
                    .subStreams(subStreams[i], id -> WorkerStressTest::handle));
        }
        BraidEngine<Job> engine = builder.start();
        AtomicLong published = new AtomicLong();
        Thread publisher = start("publisher", failures, () -> publish(engine, firsts, subStreams, random, published));
        join(publisher, engine, published);
        engine.close();
        assertEquals(List.of(), failures);
        assertEquals(List.of(), merge.faults);
        assertEquals(RECORDS, merge.seen.cardinality(), "records with an outcome");
        assertEquals(RECORDS - 1, engine.lowWatermark());
    }

    /** A merge that costs next to nothing, so that workers are the bottleneck. */
    private static final class OrderMerge implements MergeHandler<Job> {
        private final BitSet seen = new BitSet(RECORDS);
        private final long[] last = new long[4 * MAX_GROUPS];
        private final List<String> faults = new ArrayList<>();

        OrderMerge() {
            Arrays.fill(last, -1);
        }

        @Override
        public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
            if (seen.get((int) sequence)) {
                faults.add("second outcome of sequence " + sequence);
            }
            seen.set((int) sequence);
            if (sequence <= last[subStream]) {
                faults.add("sub-stream " + subStream + ": " + sequence + " after " + last[subStream]);
            }
            last[subStream] = sequence;
        }
    }

    private static void handle(Job job, long sequence, boolean endOfBatch) {
        if (job.cost > 0) {
            job.cost--;
            throw new IllegalStateException("not yet");
        }
    }

    private static void publish(
            BraidEngine<Job> engine, int[] firsts, int[] subStreams, Random random, AtomicLong published) {
        Ingress<Job> ingress = engine.ingress();
        while (published.get() < RECORDS) {
            int group = random.nextInt(firsts.length);
            int count = (int) Math.min(1 + random.nextInt(16), RECORDS - published.get());
            long last = ingress.next(count);
            for (long sequence = last - count + 1; sequence <= last; sequence++) {
                int fails = random.nextInt(30) == 0 ? 1 + random.nextInt(4) : 0;
                ingress.get(sequence).set(firsts[group] + random.nextInt(subStreams[group]), sequence, fails);
            }
            ingress.publish(last - count + 1, last);
            published.addAndGet(count);
            if (random.nextInt(8) == 0) {
                engine.setWeight("group " + random.nextInt(firsts.length), random.nextBoolean() ? 1 : 50);
            }
        }
    }

    private static Thread start(String name, List<Throwable> failures, Runnable runnable) {
        Thread thread = new Thread(runnable, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
        thread.start();
        return thread;
    }

    private static void join(Thread thread, BraidEngine<Job> engine, AtomicLong published) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(WAIT_S));
        assertFalse(
                thread.isAlive(),
                thread.getName() + " does not end within " + WAIT_S + " s: published " + published + ", low watermark "
                        + engine.lowWatermark());
    }
}
