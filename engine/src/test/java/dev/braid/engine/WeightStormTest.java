package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real threads at full load: four of them change the weights of all groups between 1 and 64, thousands of times a second. Nobody is
 * locked out meanwhile, and whatever came before, the weights that stay decide the shares over windows, and on one engine thread
 * over every interval. (For workers that is tested in simulated time, where no thread is stopped by the machine.)
 */
class WeightStormTest {
    private static final int WAIT_S = 60;
    private static final int SUB_STREAMS = 4;
    private static final int ROUND = 64;
    /** Of each group, all the time: more than all workers can have in hand. */
    private static final int BACKLOG = 2_048;

    /** Of each group, so large that it has work while its results wait for a merge thread that the machine has stopped. */
    private static final int IN_FLIGHT = 1 << 16;

    private static final long POLL_NS = 20_000;
    private static final int SETTERS = 4;
    private static final int HEAVY = 64;
    private static final int CHANGES = 4_000;
    /** Merged between two changes of a thread. */
    private static final int BETWEEN_CHANGES = ROUND / 2;

    private static final int[] LAST_WEIGHTS = {1, HEAVY, 9, 3};
    private static final int GROUPS = LAST_WEIGHTS.length;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    @ParameterizedTest
    @CsvSource({"0, RECORDS", "0, NANOSECONDS", "2, RECORDS", "4, RECORDS", "3, NANOSECONDS"})
    void shouldShareByTheLastWeightsAfterAStormOfChanges(int workers, CostModel costModel) throws InterruptedException {
        boolean sharesTime =
                costModel == CostModel.NANOSECONDS; // Then a thread that the machine stops has had its share.
        Load load = new Load(workers, costModel);
        BraidEngine<Job> engine = load.start();
        try {
            storm(engine, load);
            for (int group = 0; group < GROUPS; group++) {
                engine.setWeight("group " + group, LAST_WEIGHTS[group]);
            }
            load.measure();
            await("the measurement, " + load, load::isMeasured);
            assertEquals(List.of(), load.failures);
            if (!sharesTime) {
                load.assertNobodyWasLockedOut();
                load.assertShares();
            }
            assertStats(engine.stats().groups(), workers);
        } finally {
            load.stop();
            engine.close();
        }
        assertEquals(List.of(), load.failures);
    }

    private void storm(BraidEngine<Job> engine, Load load) throws InterruptedException {
        List<Thread> setters = new ArrayList<>();
        for (int i = 0; i < SETTERS; i++) {
            Random random = new Random(seed.value() + i);
            Thread setter = new Thread(() -> change(engine, load, random), "setter " + i);
            setter.setUncaughtExceptionHandler((t, e) -> load.failures.add(e));
            setter.setDaemon(true);
            setter.start();
            setters.add(setter);
        }
        for (Thread setter : setters) {
            setter.join(TimeUnit.SECONDS.toMillis(2 * WAIT_S));
            assertFalse(setter.isAlive(), setter.getName() + " changes weights for " + 2 * WAIT_S + " s, " + load);
        }
        assertEquals(List.of(), load.failures);
    }

    private static void change(BraidEngine<Job> engine, Load load, Random random) {
        for (int i = 0; i < CHANGES / SETTERS; i++) {
            long until = load.merged + random.nextInt(2 * BETWEEN_CHANGES);
            await("records to be merged, " + load, () -> load.merged >= until || !load.failures.isEmpty());
            engine.setWeight("group " + random.nextInt(GROUPS), random.nextBoolean() ? 1 : HEAVY);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(
                    System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(WAIT_S),
                    "not within " + WAIT_S + " s: " + what);
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private static void assertStats(List<GroupStats> groups, int workers) {
        long largestBatch =
                groups.stream().mapToLong(GroupStats::largestBatch).max().orElseThrow();
        for (int i = 0; i < GROUPS; i++) {
            GroupStats group = groups.get(i);
            assertEquals(LAST_WEIGHTS[i], group.weight());
            assertEquals((double) LAST_WEIGHTS[i] / sumOfWeights(), group.dueShare(), 1e-8, group.name());
            // With workers a step is a batch by a weight of 1, and the lead may have been seen by a weight of 64.
            long most = workers == 0 ? group.largestBatch() : HEAVY * (3L * workers + 1) * largestBatch;
            assertTrue(
                    group.largestLead() <= most,
                    group.name() + " led by " + group.largestLead() + ", but not by more than " + most + " is allowed");
        }
    }

    private static int sumOfWeights() {
        return IntStream.of(LAST_WEIGHTS).sum();
    }

    /** Groups that always have work, because every record that is handled publishes the next one; and what they got. */
    private static final class Load implements MergeHandler<Job> {
        /** Records for each look at whether a group is locked out: a hundred rounds. */
        private static final int LOOK = 100 * ROUND;

        private static final int WINDOWS = 2;
        private static final long COST_NS = 1_000;

        private final boolean isDedicated;
        private final int workers;
        private final EngineBuilder<Job> builder;
        private final Ingress<Job>[] ingresses = newIngresses();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final int window;
        /** By group, since the last look or window. */
        private final long[] counts = new long[GROUPS];

        private final List<long[]> looks = new ArrayList<>();
        private final List<long[]> windows = new ArrayList<>();
        private final ShareBound bound = new ShareBound(LAST_WEIGHTS, "after the storm");
        private volatile boolean isStopping;
        private volatile long merged;
        private volatile boolean isStormOver;
        /** For the thread that merges, as are the counts until the measurement is over. */
        private long measuredFrom = Long.MAX_VALUE;

        private volatile boolean isMeasured;

        Load(int workers, CostModel costModel) {
            this.isDedicated = workers > 0;
            this.workers = Math.max(1, workers);
            this.window = 8_000 * this.workers; // More than 500 batches for each worker.
            this.builder = BraidEngine.<Job>builder(Job::new)
                    .round(ROUND)
                    .costModel(costModel)
                    .onError(failures::add)
                    .onWarning(warning -> {})
                    .closeTimeout(Duration.ofSeconds(WAIT_S))
                    .partitioner(job -> job.subStream)
                    .merge(this);
            if (isDedicated) {
                builder.threadingMode(ThreadingMode.DEDICATED).workers(workers);
            }
            for (int group = 0; group < GROUPS; group++) {
                int of = group;
                builder.group(HandlerGroup.named("group " + group)
                        .weight(1)
                        .<Job>subStreams(SUB_STREAMS, id -> handler(of))
                        .inFlight(IN_FLIGHT)
                        .ownIngress());
            }
        }

        @SuppressWarnings({"unchecked", "rawtypes"})
        private static Ingress<Job>[] newIngresses() {
            return new Ingress[GROUPS];
        }

        BraidEngine<Job> start() {
            BraidEngine<Job> engine = builder.build();
            Arrays.setAll(ingresses, group -> engine.ingress("group " + group));
            engine.start();
            for (int i = 0; i < BACKLOG * GROUPS; i++) {
                publish(i % GROUPS, i % GROUPS * SUB_STREAMS + i / GROUPS % SUB_STREAMS);
            }
            return engine;
        }

        private EventHandler<Job> handler(int group) {
            return (job, sequence, endOfBatch) -> {
                spend();
                if (!isStopping) {
                    publish(group, job.subStream);
                }
            };
        }

        /** Workers block, so that there may be more of them than cores. */
        private void spend() {
            long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < COST_NS) {
                if (isDedicated) {
                    LockSupport.parkNanos(COST_NS);
                } else {
                    Thread.onSpinWait();
                }
            }
        }

        private void publish(int group, int subStream) {
            boolean hasRoom = ingresses[group].tryPublish((job, sequence) -> job.set(subStream, sequence, 1));
            assertTrue(hasRoom, "group " + group + " has no room for one of " + IN_FLIGHT + " records");
        }

        @Override
        public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
            int group = subStream / SUB_STREAMS;
            long number = merged + 1;
            if (isStormOver && measuredFrom == Long.MAX_VALUE) {
                measuredFrom = number + 20L * ROUND * (workers + 1); // Batches by the old weights are under way.
            }
            if (number == measuredFrom) {
                Arrays.fill(counts, 0);
                IntStream.range(0, GROUPS).forEach(bound::begin);
            }
            counts[group]++;
            if (number < measuredFrom) {
                if (number % LOOK == 0 && measuredFrom == Long.MAX_VALUE) {
                    looks.add(take());
                }
            } else if (!isMeasured) {
                bound.count(group, 1);
                bound.note(group);
                if ((number - measuredFrom + 1) % window == 0) {
                    windows.add(take());
                    isMeasured = windows.size() == WINDOWS;
                }
            }
            merged = number;
        }

        private long[] take() {
            long[] taken = counts.clone();
            Arrays.fill(counts, 0);
            return taken;
        }

        /** Begins to measure after some rounds. */
        void measure() {
            isStormOver = true;
        }

        boolean isMeasured() {
            return isMeasured || !failures.isEmpty();
        }

        void stop() {
            isStopping = true;
        }

        void assertNobodyWasLockedOut() {
            double least = LOOK / (1.0 + HEAVY * (GROUPS - 1));
            for (long[] look : looks) {
                assertTrue(
                        Arrays.stream(look).min().orElseThrow() >= least / 4,
                        "of " + LOOK + " records the groups had " + Arrays.toString(look) + ", and " + least
                                + " are due to each whatever its weight");
            }
            assertTrue(!looks.isEmpty(), "no look in " + merged + " records");
        }

        void assertShares() {
            for (int i = 0; i < GROUPS; i++) {
                for (long[] taken : windows) {
                    assertEquals(
                            (double) LAST_WEIGHTS[i] / sumOfWeights(),
                            (double) taken[i] / window,
                            0.01 + batch(i) / window,
                            "share of group " + i);
                }
                for (int j = 0; j < i && !isDedicated; j++) {
                    double most = batch(i) / LAST_WEIGHTS[i] + batch(j) / LAST_WEIGHTS[j];
                    assertTrue(
                            bound.width(i, j) <= most * (1 + 1e-6),
                            "lag between groups " + i + " and " + j + " is " + bound.width(i, j) + ", the bound "
                                    + most);
                }
            }
        }

        /** The records of a group's batch. */
        private static double batch(int group) {
            return Math.max(1, ROUND * LAST_WEIGHTS[group] / sumOfWeights());
        }

        @Override
        public String toString() {
            return merged + " records merged, failures " + failures;
        }
    }
}
