package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Thousands of groups that have work at once, all with ingresses of their own. More of them: {@code -Dbraid.groups=20000}. */
class ManyGroupsTest {
    private static final int GROUPS = Integer.getInteger("braid.groups", 3_000);
    private static final int ROUND = 256;
    private static final int IN_FLIGHT = 16;
    /** Served of each on average. */
    private static final int RECORDS = 20;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private final long[] served = new long[GROUPS];
    private final int[] waiting = new int[GROUPS];
    private final int[] weights = new int[GROUPS];

    @Test
    void shouldShareByWeightAmongThousandsOfGroupsOfWhichSomeHaveNewWeights() {
        Random random = seed.random();
        BraidEngine<Job> engine = build(random);
        for (int group = 0; group < GROUPS; group++) {
            fill(engine, group);
            if (group % 16 == 0) {
                weights[group] = 1 + random.nextInt(100);
                engine.setWeight("group " + group, weights[group]);
            }
        }
        int largestBatch = 1; // Of a round's 256 records no group is due a whole one.
        for (long handled = 0; handled < (long) RECORDS * GROUPS; ) {
            for (int i = 0; i < 16; i++) {
                handled += engine.invoke(); // No group is served more than a few records meanwhile.
            }
            for (int group = 0; group < GROUPS; group++) {
                fill(engine, group);
            }
        }
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int group = 0; group < GROUPS; group++) {
            least = Math.min(least, (double) (served[group] + largestBatch) / weights[group]);
            most = Math.max(most, (double) (served[group] - largestBatch) / weights[group]);
            GroupStats stats = engine.stats().groups().get(group);
            assertTrue(
                    stats.largestLead() <= largestBatch && stats.largestBatch() == largestBatch,
                    stats.name() + " led by " + stats.largestLead() + ", its largest batch is " + stats.largestBatch());
        }
        assertTrue(
                most <= least * (1 + 1e-6),
                "one group is further ahead of another than their batches: " + most + " > " + least);
        engine.close();
        assertEquals(0, waiting[0], "records left of the first group");
    }

    private BraidEngine<Job> build(Random random) {
        EngineBuilder<Job> builder = Engines.invoked().ringSize(1 << 17).round(ROUND);
        for (int i = 0; i < GROUPS; i++) {
            int group = i;
            weights[i] = 1 + random.nextInt(100);
            builder.group(HandlerGroup.named("group " + i)
                    .weight(weights[i])
                    .<Job>subStreams(1, id -> (job, sequence, endOfBatch) -> {
                        served[group]++;
                        waiting[group]--;
                    })
                    .inFlight(IN_FLIGHT)
                    .ownIngress());
        }
        return builder.start();
    }

    private void fill(BraidEngine<Job> engine, int group) {
        if (waiting[group] < IN_FLIGHT / 2) {
            Ingress<Job> ingress = engine.ingress("group " + group);
            while (waiting[group] < IN_FLIGHT && ingress.tryPublish((job, sequence) -> job.set(group, sequence, 1))) {
                waiting[group]++;
            }
        }
    }
}
