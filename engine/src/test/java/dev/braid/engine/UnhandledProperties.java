package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Records that are shed or fail, that come through the shared ingress and through those of groups, in random scenarios. */
class UnhandledProperties {
    private static final int JOBS = 2_000;
    private static final int SUB_STREAMS = 2;

    @Property(tries = 200)
    void shouldGiveEveryRecordOneOutcomeAndKeepTheBoundOnSharesWithWhatIsUnhandled(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 100) Integer> weights,
            @ForAll @IntRange(min = 1, max = 7) int ringBits,
            @ForAll @IntRange(min = 1, max = 100) int inFlight,
            @ForAll @IntRange(min = 1, max = 64) int round,
            @ForAll @IntRange(min = 0, max = 2) int workers,
            @ForAll MergeOrder order,
            @ForAll boolean isFedByGroups,
            @ForAll long seed) {
        Random random = new Random(seed);
        RecordingMerge merge = new RecordingMerge();
        EngineBuilder<Job> builder = Engines.withWorkers(workers)
                .ringSize(1 << ringBits)
                .inFlight(inFlight)
                .round(round)
                .mergeOrder(order)
                .merge(merge);
        for (int i = 0; i < weights.size(); i++) {
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights.get(i))
                    .<Job>subStreams(SUB_STREAMS, id -> Engines.NOTHING)
                    .ownIngress()
                    .overload(random.nextBoolean() ? Overload.SHED : Overload.WAIT));
        }
        BraidEngine<Job> engine = builder.start();
        try (engine) {
            int all = weights.size() * SUB_STREAMS;
            for (int n = 0; n < JOBS; n++) {
                int subStream = random.nextInt(8) == 0 ? all : random.nextInt(all); // Nobody serves the last one.
                int group = isFedByGroups ? random.nextInt(weights.size() + 1) : weights.size();
                long number = n;
                (group == weights.size() ? engine.ingress() : engine.ingress("group " + group))
                        .publish((job, sequence) -> job.set(subStream, number, 1));
                if (workers == 0 && random.nextInt(16) == 0) {
                    engine.invoke();
                }
            }
        }
        assertEquals(JOBS - 1, engine.lowWatermark());
        merge.assertComplete(JOBS);
        if (order == MergeOrder.SEQUENCE) {
            merge.assertAscending();
        }
        long counted = engine.stats().failedBeforeGroup();
        for (GroupStats group : engine.stats().groups()) {
            counted += group.processed() + group.shed();
            assertEquals(0, group.inFlight());
            assertEquals(0, group.backlog());
            if (workers == 0) {
                assertTrue(
                        group.largestLead() <= group.largestBatch(),
                        group.name() + " was ahead by " + group.largestLead() + " of " + group.largestBatch());
            }
        }
        assertEquals(JOBS, counted);
        assertEquals(
                counted - engine.stats().failedBeforeGroup(),
                merge.count(Outcome.PROCESSED) + merge.count(Outcome.SHED));
    }
}
