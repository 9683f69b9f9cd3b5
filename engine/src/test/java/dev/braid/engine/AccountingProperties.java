package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.lmax.disruptor.dsl.ProducerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Exact accounting, order and determinism over random layouts: small rings and bounds, so that everything is full all the
 * time, and records that fail in every way. {@link RecordingMerge} checks order and low watermark at every call.
 */
class AccountingProperties {
    private static final int JOBS = 600;

    @Property(tries = 300)
    void shouldGiveEverySequenceExactlyOneOutcome(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 50) Integer> weights,
            @ForAll @IntRange(min = 1, max = 7) int subStreams,
            @ForAll @IntRange(min = 1, max = 7) int ringBits,
            @ForAll @IntRange(min = 1, max = 100) int inFlight,
            @ForAll @IntRange(min = 1, max = 64) int round,
            @ForAll @IntRange(min = 0, max = 4) int workers,
            @ForAll MergeOrder order,
            @ForAll ProducerType producer,
            @ForAll @IntRange(min = 0, max = 1_000) int firstSequence,
            @ForAll long seed) {
        Random random = new Random(seed);
        RecordingMerge merge = new RecordingMerge(firstSequence);
        EngineBuilder<Job> builder = Engines.withWorkers(workers)
                .ringSize(1 << ringBits)
                .inFlight(inFlight)
                .round(round)
                .mergeOrder(order)
                .producerType(producer)
                .firstSequence(firstSequence)
                .errorPolicy(ErrorPolicy.SKIP.afterRetries(2, Duration.ofNanos(1)))
                .merge(merge)
                .partitioner(job -> {
                    if (job.cost == 1) {
                        throw new IllegalStateException("no partition for " + job.number);
                    }
                    return job.subStream;
                });
        for (int i = 0; i < weights.size(); i++) {
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights.get(i))
                    .subStreams(subStreams, id -> (job, sequence, endOfBatch) -> {
                        if (job.cost == 2 || job.cost == 3 && --job.result > 0) {
                            throw new IllegalStateException("cannot handle " + job.number);
                        }
                        job.result = -job.number;
                    }));
        }
        int all = weights.size() * subStreams;
        List<String> expected = new ArrayList<>();
        try (BraidEngine<Job> engine = builder.start()) {
            Ingress<Job> ingress = engine.ingress();
            for (long n = 0; n < JOBS; ) {
                int claim = (int) Math.min(JOBS - n, 1 + random.nextInt(1 << ringBits));
                long last = ingress.next(claim);
                for (long sequence = last - claim + 1; sequence <= last; sequence++, n++) {
                    int kind = random.nextInt(8);
                    int subStream = kind == 7 ? all + random.nextInt(3) : random.nextInt(all);
                    ingress.get(sequence).set(subStream, n, kind);
                    ingress.get(sequence).result = 3; // So many attempts, if it is one that fails at first.
                    expected.add(
                            switch (kind) {
                                case 1 -> "-1 FAILED no partition for " + n;
                                case 2 -> subStream + " FAILED cannot handle " + n;
                                case 7 ->
                                    "-1 FAILED the partitioner answered sub-stream " + subStream
                                            + ", but the groups serve 0 to " + (all - 1);
                                default -> subStream + " PROCESSED " + -n;
                            });
                }
                ingress.publish(last - claim + 1, last);
                if (workers == 0 && random.nextInt(4) == 0) {
                    engine.invoke();
                }
            }
            engine.close();
            assertEquals(firstSequence + JOBS - 1, engine.lowWatermark());
            long counted = engine.stats().failedBeforeGroup();
            for (GroupStats group : engine.stats().groups()) {
                counted += group.processed() + group.failed();
                assertEquals(0, group.inFlight());
            }
            assertEquals(JOBS, counted);
        }
        merge.assertComplete(JOBS);
        if (order == MergeOrder.SEQUENCE) {
            merge.assertAscending();
        }
        for (RecordingMerge.Result result : merge.results) {
            int n = (int) (result.sequence() - firstSequence);
            assertEquals(n, result.number());
            assertEquals(
                    expected.get(n),
                    result.subStream() + " " + result.outcome() + " "
                            + (result.outcome() == Outcome.PROCESSED ? result.result() : result.cause()));
        }
    }

    @Property(tries = 60)
    void shouldGiveTheSameResultsInSequenceOrderWhateverWeightsBatchesAndThreads(
            @ForAll @Size(4) List<@IntRange(min = 1, max = 1_000) Integer> weights,
            @ForAll @IntRange(min = 1, max = 300) int round,
            @ForAll @IntRange(min = 4, max = 300) int inFlight,
            @ForAll @IntRange(min = 0, max = 4) int workers,
            @ForAll long seed) {
        List<RecordingMerge.Result> plain = run(List.of(1, 1, 1, 1), 1, 4, 0, MergeOrder.SEQUENCE, seed);
        assertEquals(plain, run(weights, round, inFlight, workers, MergeOrder.SEQUENCE, seed));
    }

    @Property(tries = 30)
    void shouldGiveTheSameWeightedOrderAgain(
            @ForAll @Size(4) List<@IntRange(min = 1, max = 1_000) Integer> weights,
            @ForAll @IntRange(min = 1, max = 300) int round,
            @ForAll long seed) {
        List<RecordingMerge.Result> first = run(weights, round, 200, 0, MergeOrder.WEIGHTED, seed);
        assertEquals(first, run(weights, round, 200, 0, MergeOrder.WEIGHTED, seed));
    }

    /** Handlers with state: the result of a job depends on all before it in its sub-stream. */
    private static List<RecordingMerge.Result> run(
            List<Integer> weights, int round, int inFlight, int workers, MergeOrder order, long seed) {
        Random random = new Random(seed);
        RecordingMerge merge = new RecordingMerge();
        EngineBuilder<Job> builder = Engines.withWorkers(workers)
                .ringSize(128)
                .round(round)
                .inFlight(inFlight)
                .mergeOrder(order)
                .errorPolicy(ErrorPolicy.SKIP)
                .merge(merge);
        for (int i = 0; i < weights.size(); i++) {
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights.get(i))
                    .subStreams(3, id -> new com.lmax.disruptor.EventHandler<Job>() {
                        private long state = id;

                        @Override
                        public void onEvent(Job job, long sequence, boolean endOfBatch) {
                            state = 31 * state + job.number;
                            job.result = state;
                            if (job.number % 17 == 0) {
                                throw new IllegalStateException("unlucky " + job.number);
                            }
                        }
                    }));
        }
        try (BraidEngine<Job> engine = builder.start()) {
            for (long n = 0; n < JOBS; n++) {
                Engines.publish(engine, random.nextInt(12), n);
            }
        }
        merge.assertComplete(JOBS);
        return merge.results;
    }
}
