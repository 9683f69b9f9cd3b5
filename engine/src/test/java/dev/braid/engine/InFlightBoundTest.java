package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In-flight bounds leave room for the share that a group is due, or the engine warns that they do not. */
class InFlightBoundTest {
    private final List<String> warnings = new ArrayList<>();
    private final long[] handled = new long[2];

    private HandlerGroup<Job> group(int index, int weight) {
        return HandlerGroup.named("group " + index)
                .weight(weight)
                .<Job>subStreams(1, id -> (job, sequence, end) -> handled[index]++)
                .ownIngress();
    }

    private EngineBuilder<Job> builder() {
        return Engines.invoked().onWarning(warnings::add);
    }

    /** Keeps the ingresses of both groups full. Returns the share of the first one. */
    private double share(BraidEngine<Job> engine) {
        Arrays.fill(handled, 0);
        while (handled[0] + handled[1] < 200_000) {
            for (int index = 0; index < 2; index++) {
                int subStream = index;
                Ingress<Job> ingress = engine.ingress("group " + index);
                while (ingress.tryPublish((job, sequence) -> job.set(subStream, 0, 1))) {
                    Thread.onSpinWait();
                }
            }
            engine.invoke();
        }
        return (double) handled[0] / (handled[0] + handled[1]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 100, 32})
    void shouldGiveALightGroupItsShareOnceItsWeightRises(int heavy) {
        try (BraidEngine<Job> engine =
                builder().group(group(0, 1)).group(group(1, heavy)).start()) {
            engine.setWeight("group 1", 1);
            assertEquals(0.5, share(engine), 0.01);
            assertEquals(0.5, engine.stats().groups().get(0).dueShare(), 1e-9);
            assertEquals(List.of(), warnings);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 256",
        "2, 1, 256",
        "8, 1, 256",
        "64, 1, 256",
        "2, 8, 256",
        "8, 8, 256",
        "4, 1, 4096",
        "2, 16, 512"
    })
    void shouldHaveRoomByDefaultForTwoBatchesOfEachWorkerWhateverTheWeights(int groups, int workers, int round) {
        EngineBuilder<Job> builder = Engines.withWorkers(workers).round(round);
        for (int i = 0; i < groups; i++) {
            builder.group(HandlerGroup.named("group " + i)
                    .weight(i == 0 ? HandlerGroup.MAX_WEIGHT : 1 + i)
                    .subStreams(workers, id -> Engines.NOTHING));
        }
        for (int bound : builder.freeze().inFlightBounds()) {
            assertTrue(bound >= 2 * workers * round, bound + " for " + workers + " workers and rounds of " + round);
        }
    }

    @Test
    void shouldTakeABoundedAmountOfMemoryHoweverManyGroupsThereAre() {
        EngineBuilder<Job> builder = Engines.invoked();
        for (int i = 0; i < 4_096; i++) {
            builder.group(HandlerGroup.named("group " + i).weight(1 + i % 7).subStreams(1, id -> Engines.NOTHING));
        }
        int sum = Arrays.stream(builder.freeze().inFlightBounds()).sum();
        assertTrue(sum <= EngineConfig.MAX_DEFAULT_IN_FLIGHT, sum + " records");
    }

    @Test
    void shouldSayThatDefaultBoundsAreTooSmallForFewOfManyGroups() {
        try (BraidEngine<Job> engine = amongIdle(1_000, builder()).start()) {
            assertEquals(
                    List.of(
                            "1000 of 1000 groups have default in-flight bounds of less than two batches for each worker that they "
                                    + "can use, the least 'group 1' with 64 of 512 records: while few groups have work, these can get less "
                                    + "than their shares; give inFlight(1024000), or groups bounds of their own, or make rounds shorter "
                                    + "than 256"),
                    warnings);
            double share = share(engine);
            assertTrue(share < 0.7, "share is " + share + ", of due 0.75");
        }
        warnings.clear();
        amongIdle(64, builder()).build().close();
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldGiveFewOfManyGroupsTheirSharesWithTheBoundThatTheyAreSaidToNeed() {
        try (BraidEngine<Job> engine =
                amongIdle(1_000, builder()).inFlight(1_024_000).start()) {
            assertEquals(0.75, share(engine), 0.01);
            assertEquals(List.of(), warnings);
        }
    }

    private EngineBuilder<Job> amongIdle(int groups, EngineBuilder<Job> builder) {
        builder.group(group(0, 3)).group(group(1, 1));
        for (int i = 2; i < groups; i++) {
            builder.group(HandlerGroup.named("idle " + i).weight(1).subStreams(1, id -> Engines.NOTHING));
        }
        return builder;
    }

    @Test
    void shouldServeByTheWeightThatItSaysThoughTheWarningHandlerThrows() {
        boolean[] throwsNow = {false};
        EngineBuilder<Job> builder = Engines.invoked().onWarning(warning -> {
            if (throwsNow[0]) {
                throw new IllegalStateException(warning);
            }
        });
        try (BraidEngine<Job> engine =
                builder.group(group(0, 1).inFlight(300)).group(group(1, 1)).start()) {
            throwsNow[0] = true;
            String message = assertThrows(IllegalStateException.class, () -> engine.setWeight("group 0", 100))
                    .getMessage();
            assertTrue(message.contains("in-flight bound of 300"), message);
            assertEquals(100, engine.stats().groups().get(0).weight());
            double share = share(engine);
            assertTrue(share > 0.9, "share is " + share);
        }
    }

    @Test
    void shouldAllocateAsManyRecordsAsItSays() {
        int[] made = {0};
        BraidEngine.<Job>builder(() -> {
                    made[0]++;
                    return new Job();
                })
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> Engines.NOTHING))
                .build()
                .close();
        assertEquals(16_448, made[0]);
    }

    @Test
    void shouldSayThatABoundIsTooSmallForTheShareThatItsGroupIsDue() {
        try (BraidEngine<Job> engine =
                builder().group(group(0, 1).inFlight(6)).group(group(1, 100)).start()) {
            assertEquals(List.of(), warnings, "6 records are enough for twice 1 of 101 parts of a round of 256");
            engine.setWeight("group 1", 1);
            assertEquals(
                    List.of(
                            "group 'group 0' of weight 1 is due 50.0 %, but its in-flight bound of 6 is enough for 1.2 % only, "
                                    + "where a round has 256 records; it needs a bound of 256"),
                    warnings);
            assertEquals(6.0 / 512, engine.stats().groups().get(0).dueShare(), 1e-9);
            double share = share(engine);
            assertTrue(share < 0.03, "share is " + share);
        }
        builder().group(group(0, 1).inFlight(6)).group(group(1, 1)).build().close();
        assertEquals(2, warnings.size(), "when it is built, too");
    }

    @Test
    void shouldGiveAGroupItsShareWithTheBoundThatItIsSaidToNeed() {
        try (BraidEngine<Job> engine =
                builder().group(group(0, 1).inFlight(256)).group(group(1, 1)).start()) {
            assertEquals(List.of(), warnings);
            assertEquals(0.5, share(engine), 0.01);
        }
    }
}
