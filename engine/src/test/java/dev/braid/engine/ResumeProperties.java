package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Resuming among finished sequences: these are neither handled again nor handed to the merge; all others are. */
class ResumeProperties {
    private static final int JOBS = 300;

    @Property(tries = 200)
    void shouldHandleExactlyWhatIsNotDone(
            @ForAll @IntRange(min = 0, max = 2) int workers,
            @ForAll MergeOrder order,
            @ForAll @IntRange(min = 1, max = 6) int ringBits,
            @ForAll @IntRange(min = 1, max = 50) int inFlight,
            @ForAll @IntRange(min = 0, max = 1_000) int first,
            @ForAll @IntRange(min = 0, max = JOBS - 1) int ahead,
            @ForAll boolean ownIngress,
            @ForAll long seed) {
        Random random = new Random(seed);
        TreeSet<Long> done = new TreeSet<>();
        for (long sequence = first + 1; sequence <= first + ahead; sequence++) {
            if (random.nextBoolean()) {
                done.add(sequence);
            }
        }
        Merge merge = new Merge(first, done, order);
        EngineBuilder<Job> builder = Engines.withWorkers(workers)
                .ringSize(1 << ringBits)
                .inFlight(inFlight)
                .mergeOrder(order)
                .merge(merge)
                .resumeAt(new Point(first, done));
        for (int i = 0; i < 3; i++) {
            builder.group(HandlerGroup.named("group " + i)
                    .weight(1 + i)
                    .<Job>subStreams(2, id -> (job, sequence, endOfBatch) -> {
                        assertFalse(done.contains(sequence), "handled again: " + sequence);
                        assertEquals(sequence - first, job.number, "sequence " + sequence);
                    })
                    .ownIngress());
        }
        try (BraidEngine<Job> engine = builder.start()) {
            for (int n = 0; n < JOBS; n++) {
                int subStream = random.nextInt(6);
                Ingress<Job> ingress = ownIngress && random.nextBoolean()
                        ? engine.ingress("group " + subStream / 2)
                        : engine.ingress();
                long sequence = ingress.next();
                assertEquals(first + n, sequence);
                ingress.get(sequence).set(subStream, n, 0);
                ingress.publish(sequence);
            }
            engine.close();
            assertEquals(first + JOBS - 1, engine.lowWatermark());
            assertEquals(
                    JOBS - done.size(),
                    engine.stats().groups().stream()
                            .mapToLong(GroupStats::processed)
                            .sum());
            assertEquals(0, engine.stats().failedBeforeGroup());
        }
        assertEquals(first + JOBS - 1, merge.lowWatermark);
        assertEquals(JOBS, merge.seen.size());
    }

    private record Point(long firstSequence, TreeSet<Long> done) implements ResumePoint {
        @Override
        public long doneThrough() {
            return done.isEmpty() ? firstSequence - 1 : done.last();
        }

        @Override
        public boolean isDone(long sequence) {
            return done.contains(sequence);
        }
    }

    private static final class Merge implements MergeHandler<Job> {
        private final TreeSet<Long> seen;
        private final MergeOrder order;
        private final long[] lastOfSubStream = new long[6];
        private long last = -1;
        private long next;
        private long lowWatermark;

        Merge(long first, TreeSet<Long> done, MergeOrder order) {
            this.seen = new TreeSet<>(done);
            this.order = order;
            this.next = first;
        }

        @Override
        public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
            assertEquals(Outcome.PROCESSED, outcome);
            assertTrue(seen.add(sequence), "second outcome of " + sequence);
            assertTrue(lastOfSubStream[subStream] <= sequence, "order of sub-stream " + subStream);
            assertTrue(order == MergeOrder.WEIGHTED || last < sequence, "order");
            lastOfSubStream[subStream] = sequence;
            last = sequence;
        }

        @Override
        public void onBatchEnd(long watermark) {
            while (next <= watermark) {
                assertTrue(seen.contains(next), "no outcome of " + next);
                next++;
            }
            lowWatermark = watermark;
        }
    }
}
