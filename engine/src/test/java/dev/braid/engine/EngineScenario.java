package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.braid.engine.EngineCounters.PerGroup;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.agrona.concurrent.status.CountersReader;

/**
 * An engine that is driven by its invoker with a controlled clock, and drawn from a seed: groups that fail, with and without
 * retries; that shed, in storms and while weights change; that are fed through the shared ingress, through their own, or both ways;
 * and now and then hundreds of them. After every batch, and after every time that something was shed, it compares what the
 * engine has charged with the {@link ShareBound}.
 * <p>
 * The scheduler's counters tell when a group is backlogged. A group may sleep and wake between two looks: if it could have,
 * because after a batch it had nothing left but retries, a new interval begins for it.
 */
final class EngineScenario {
    private final Random random;
    private final int groups;
    private final int round;
    private final int[] subStreams;
    private final int[] firsts;
    private final int[] maxCosts;
    private final int[] habits;
    /** By group: one of so many calls of its handlers fails, none if 0. */
    private final int[] failures;
    /** By group: fed through 0 the shared ingress, 1 its own, 2 both. */
    private final int[] ways;

    /** By group: what a record costs at most, in the engine's cost model. */
    private final double[] mostCosts;

    private final boolean isTimed;
    /** By group: the most that was due to it in a round when it was last picked. */
    private final double[] due;

    private final long[] outstanding;
    /** Sub-streams whose last call failed, and which therefore may have work that is not to be done yet. */
    private final BitSet suspended = new BitSet();
    /** By group: the weight that was asked for and perhaps not applied yet; 0 if none. */
    private final int[] requested;

    private final long[] service;
    private final long[] ofAll;
    private final boolean[] isBacklogged;
    private final boolean[] wasServed;
    private final ShareBound bound;
    private final BraidEngine<Job> engine;
    private final CountersReader counters;

    private long timeNs;
    private long published;
    private long merged;
    private long seenService = -1;
    private boolean isFirstCall;

    EngineScenario(long seed) {
        random = new Random(seed);
        groups = random.nextInt(100) == 0 ? 500 + random.nextInt(1_000) : 2 + random.nextInt(8);
        int[] weights = random.ints(groups, 1, (1 << random.nextInt(21)) + 1).toArray();
        round = 1 << random.nextInt(11);
        subStreams = random.ints(groups, 1, 4).toArray();
        firsts = new int[groups];
        maxCosts = random.ints(groups, 1, (1 << random.nextInt(16)) + 1).toArray();
        habits = random.ints(groups, 0, 5).toArray();
        failures = random.ints(groups, 0, 4)
                .map(i -> i == 0 ? 1 << random.nextInt(8) : 0)
                .toArray();
        ways = random.ints(groups, 0, 3).toArray();
        isTimed = random.nextBoolean();
        mostCosts =
                Arrays.stream(maxCosts).mapToDouble(most -> isTimed ? most : 1).toArray();
        due = new double[groups];
        outstanding = new long[groups];
        requested = new int[groups];
        service = new long[groups];
        ofAll = new long[groups];
        isBacklogged = new boolean[groups];
        wasServed = new boolean[groups];
        bound = new ShareBound(weights, "seed " + seed);
        engine = build(weights).start();
        counters = engine.stats().counters();
    }

    private EngineBuilder<Job> build(int[] weights) {
        EngineBuilder<Job> builder = Engines.invoked()
                .ringSize(1 << 2 + random.nextInt(9))
                .round(round)
                .costModel(isTimed ? CostModel.NANOSECONDS : CostModel.RECORDS)
                .mergeOrder(random.nextBoolean() ? MergeOrder.WEIGHTED : MergeOrder.SEQUENCE)
                .nanoClock(() -> timeNs)
                .merge((job, sequence, subStream, outcome, cause) -> merge(job, subStream, outcome));
        for (int i = 0; i < groups; i++) {
            int group = i;
            firsts[i] = i == 0 ? 0 : firsts[i - 1] + subStreams[i - 1];
            HandlerGroup<Job> described = HandlerGroup.named("group " + i)
                    .weight(weights[i])
                    .<Job>subStreams(subStreams[i], id -> (job, sequence, end) -> handle(group, job))
                    .errorPolicy(
                            random.nextBoolean()
                                    ? ErrorPolicy.SKIP
                                    : ErrorPolicy.SKIP.afterRetries(
                                            1 + random.nextInt(3), Duration.ofNanos(random.nextInt(1 << 20))))
                    .inFlight(1 + random.nextInt(2 * Math.min(round, 256)))
                    .overload(random.nextBoolean() ? Overload.SHED : Overload.WAIT);
            builder.group(ways[i] == 0 ? described : described.ownIngress());
        }
        return builder;
    }

    private void handle(int group, Job job) {
        if (isFirstCall || hasChargedMore()) {
            isFirstCall = false;
            applyWeights();
            due[group] = bound.dueInRound(group, round, mostCosts, other -> isBacklogged[other]);
        }
        timeNs += job.cost;
        suspended.clear(job.subStream);
        if (failures[group] > 0 && random.nextInt(failures[group]) == 0) {
            suspended.set(job.subStream);
            throw new IllegalStateException("cannot handle " + job.number);
        }
    }

    private void merge(Job job, int subStream, Outcome outcome) {
        outstanding[job.publisher]--;
        merged++;
        if ((outcome == Outcome.SHED || subStream < 0) && hasChargedMore()) {
            look(); // What this one costs is charged later.
        }
    }

    private boolean hasChargedMore() {
        return EngineCounters.get(counters, EngineCounters.PerEngine.SERVICE) != seenService;
    }

    /** Weights are applied after records are tagged and shed, and before the first batch. */
    private void applyWeights() {
        look();
        for (int i = 0; i < groups; i++) {
            if (requested[i] > 0) {
                bound.setWeight(i, requested[i]);
                requested[i] = 0;
            }
        }
    }

    /**
     * Compares what was charged since the last time, all of it before anything is compared. Where several groups were charged, it is
     * not known in which order: then one that may have slept in between is not compared.
     */
    private void look() {
        seenService = EngineCounters.get(counters, EngineCounters.PerEngine.SERVICE);
        int servedGroups = 0;
        for (int i = 0; i < groups; i++) {
            long now = EngineCounters.get(counters, i, PerGroup.SERVICE);
            wasServed[i] = now > service[i];
            if (wasServed[i]) {
                servedGroups++;
                count(i, now - service[i]);
                service[i] = now;
            }
        }
        for (int i = 0; i < groups; i++) {
            if (wasServed[i] && isBacklogged[i] && (servedGroups == 1 || !hasSlept(i))) {
                bound.check(i, other -> isBacklogged[other] && !hasSlept(other));
            }
        }
        for (int i = 0; i < groups; i++) {
            beginInterval(i);
        }
    }

    /** What a group is served in parts counts together, as the engine says, and is limited by its due in a round. */
    private void count(int group, long cost) {
        bound.count(group, cost);
        long published = EngineCounters.get(counters, group, PerGroup.LARGEST_BATCH);
        bound.mayLead(group, Math.min(published, due[group] + (isTimed ? cost : 0)));
    }

    private void beginInterval(int group) {
        boolean hasSlept = hasSlept(group);
        ofAll[group] = EngineCounters.get(counters, group, PerGroup.SERVICE_OF_ALL);
        isBacklogged[group] = (ofAll[group] & 1) == 1;
        if (isBacklogged[group] && hasSlept) {
            bound.begin(group);
        }
    }

    /** Whether a group may have slept since the last look. */
    private boolean hasSlept(int group) {
        return wasServed[group] && mayHaveNothingLeft(group)
                || EngineCounters.get(counters, group, PerGroup.SERVICE_OF_ALL) != ofAll[group];
    }

    private boolean mayHaveNothingLeft(int group) {
        int suspendedOne = suspended.nextSetBit(firsts[group]);
        return EngineCounters.get(counters, group, PerGroup.BACKLOG) == 0
                || suspendedOne >= 0 && suspendedOne < firsts[group] + subStreams[group];
    }

    /** Publishes, changes weights and drives the engine, until so many records were merged. */
    EngineScenario run(long records) {
        while (merged < records) {
            int from = groups > 10 ? random.nextInt(groups - 10) : 0;
            for (int i = from; i < Math.min(groups, from + 10); i++) {
                publish(i, arrivals(i));
            }
            if (random.nextInt(16) == 0) {
                storm(random.nextInt(groups));
            }
            invoke();
        }
        while (merged < published) {
            invoke();
        }
        engine.close();
        assertEquals(published, merged, "results");
        assertEquals(published - 1, engine.lowWatermark(), "low watermark");
        assertEquals(0, Arrays.stream(outstanding).sum(), "records without a result");
        return this;
    }

    double largestPart() {
        return bound.largestPart();
    }

    private void invoke() {
        isFirstCall = true;
        int work = engine.invoke();
        applyWeights();
        timeNs += work == 0 ? 1 << 18 : random.nextInt(1_000);
    }

    /** A flood of a group, and new weights, of idle ones, too. */
    private void storm(int group) {
        publish(group, 4 * round);
        for (int i = random.nextInt(3); i > 0; i--) {
            int changed = random.nextBoolean() ? group : random.nextInt(groups);
            int weight = 1 + random.nextInt(1 << random.nextInt(21));
            engine.setWeight("group " + changed, weight);
            requested[changed] = weight;
        }
    }

    private int arrivals(int group) {
        return switch (habits[group]) {
            case 0, 1 -> 2 * round; // Always has work.
            case 2 -> outstanding[group] == 0 ? 1 : 0;
            case 3 -> random.nextInt(8) == 0 ? 1 + random.nextInt(8) : 0;
            default -> random.nextInt(50) == 0 ? 2 * round : 0;
        };
    }

    private void publish(int group, int records) {
        int left = Math.min(records, 1_024);
        boolean isShared = ways[group] == 0;
        while (left-- > 0) {
            if (ways[group] == 2) {
                isShared = random.nextBoolean();
            }
            Ingress<Job> ingress = isShared ? engine.ingress() : engine.ingress("group " + group);
            long sequence = ingress.tryNext(1);
            if (sequence == Ingress.NO_CAPACITY) {
                return;
            }
            Job job = ingress.get(sequence);
            int subStream =
                    random.nextInt(256) == 0 ? Integer.MAX_VALUE : random.nextInt(subStreams[group]) + firsts[group];
            job.set(subStream, published++, 1 + random.nextInt(maxCosts[group]));
            job.publisher = group;
            outstanding[group]++;
            ingress.publish(sequence);
        }
    }
}
