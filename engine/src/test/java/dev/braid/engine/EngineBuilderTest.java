package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EngineBuilderTest {
    private static EngineBuilder<Job> valid() {
        return Engines.invoked()
                .group(HandlerGroup.named("gold").weight(8).subStreams(2, id -> NOTHING))
                .group(HandlerGroup.named("bronze").weight(1).subStreams(1, id -> NOTHING));
    }

    private static void assertRefused(String expected, Consumer<EngineBuilder<Job>> change) {
        EngineBuilder<Job> builder = valid();
        RuntimeException e = assertThrows(RuntimeException.class, () -> {
            change.accept(builder);
            builder.build();
        });
        assertTrue(
                e instanceof IllegalArgumentException || e instanceof IllegalStateException,
                e.getClass().getName());
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    @Test
    void shouldNameTheOffendingValue() {
        assertRefused("ringSize must be a power of two: 100", builder -> builder.ringSize(100));
        assertRefused("ringSize must be 2 to 67108864: 1", builder -> builder.ringSize(1));
        assertRefused("inFlight must be 1 to 67108864: 0", builder -> builder.inFlight(0));
        assertRefused("round must be 1 to 67108864: -5", builder -> builder.round(-5));
        assertRefused("firstSequence must be 0 to", builder -> builder.firstSequence(-1));
        assertRefused(
                "closeTimeout must not be negative: PT-1S", builder -> builder.closeTimeout(Duration.ofSeconds(-1)));
        assertRefused(
                "two groups have the name 'gold'",
                builder -> builder.group(HandlerGroup.named("gold").weight(1).subStreams(1, id -> NOTHING)));
        assertRefused(
                "weight of group 'x' must be 1 to 1048576: 0",
                builder -> builder.group(HandlerGroup.named("x").weight(0).subStreams(1, id -> NOTHING)));
        assertRefused(
                "1048577",
                builder ->
                        builder.group(HandlerGroup.named("x").weight(1_048_577).subStreams(1, id -> NOTHING)));
        assertRefused(
                "group 'x' must serve at least 1 sub-stream: 0",
                builder -> builder.group(HandlerGroup.named("x").weight(1).subStreams(0, id -> NOTHING)));
        assertRefused(
                "a group's name must not be blank: ' '",
                builder -> builder.group(HandlerGroup.named(" ").weight(1).subStreams(1, id -> NOTHING)));
        assertRefused(
                "a group's name must not be longer than 256 bytes, but has 258: 'ggg",
                builder -> builder.group(
                        HandlerGroup.named("g".repeat(256) + "\u00fc").weight(1).subStreams(1, id -> NOTHING)));
        assertRefused("engineName must not be longer than 256 bytes, but has 257: 'eee", builder -> builder.engineName(
                        "e".repeat(257))
                .group(HandlerGroup.named("x").weight(1).subStreams(1, id -> NOTHING)));
        assertRefused(
                "group 'x' made no handler for its sub-stream 0 of 0 to 0",
                builder -> builder.group(HandlerGroup.named("x").weight(1).subStreams(1, id -> null)));
        assertRefused(
                "in-flight bound of group 'x' must be at least 1: 0",
                builder -> builder.group(HandlerGroup.named("x")
                        .weight(1)
                        .<Job>subStreams(1, id -> NOTHING)
                        .inFlight(0)));
        assertRefused(
                "in-flight bounds of all groups",
                builder -> builder.group(HandlerGroup.named("x")
                        .weight(1)
                        .<Job>subStreams(1, id -> NOTHING)
                        .inFlight(Integer.MAX_VALUE)));
    }

    @Test
    void shouldNameWhatIsMissing() {
        EngineBuilder<Job> empty = BraidEngine.builder(Job::new);
        assertTrue(assertThrows(IllegalStateException.class, empty::build)
                .getMessage()
                .contains("at least one group"));
        EngineBuilder<Job> unpartitioned = BraidEngine.<Job>builder(Job::new)
                .group(HandlerGroup.named("a").weight(1).subStreams(2, id -> NOTHING));
        assertTrue(assertThrows(IllegalStateException.class, unpartitioned::build)
                .getMessage()
                .contains("a partitioner is needed for 2 sub-streams"));
        EngineBuilder<Job> noRecords = BraidEngine.<Job>builder(() -> null)
                .group(HandlerGroup.named("a").weight(1).subStreams(1, id -> NOTHING));
        assertThrows(IllegalArgumentException.class, noRecords::build);
    }

    @Test
    void shouldNeedNoPartitionerForOneSubStream() {
        RecordingMerge merge = new RecordingMerge();
        try (BraidEngine<Job> engine = BraidEngine.<Job>builder(Job::new)
                .group(HandlerGroup.named("a").weight(1).subStreams(1, id -> NOTHING))
                .merge(merge)
                .start()) {
            Engines.publish(engine, 99, 0);
        }
        merge.assertComplete(1);
    }

    @Test
    void shouldDivideTheInFlightBoundByWeightAndWhatIsLeftOfItEqually() {
        EngineBuilder<Job> builder = valid().group(HandlerGroup.named("own")
                        .weight(1)
                        .<Job>subStreams(1, id -> NOTHING)
                        .inFlight(7))
                .round(32)
                .inFlight(100);
        assertArrayEquals(new int[] {63, 18, 7}, builder.freeze().inFlightBounds());
        assertArrayEquals(new int[] {1, 1}, valid().inFlight(1).freeze().inFlightBounds());
        try (BraidEngine<Job> engine = builder.build()) {
            GroupStats gold = engine.stats().groups().get(0);
            assertEquals("gold", gold.name());
            assertEquals(8, gold.weight());
            assertEquals(0.8, gold.dueShare());
            assertEquals(63, gold.inFlightBound());
            assertTrue(Double.isNaN(gold.share()));
        }
    }

    @Test
    void shouldFreezeTheSettingsOfAnEngineThatIsBuilt() {
        RecordingMerge merge = new RecordingMerge();
        EngineBuilder<Job> builder = valid().merge(merge).inFlight(64).closeTimeout(Duration.ofMinutes(1));
        try (BraidEngine<Job> engine = builder.build()) {
            builder.group(HandlerGroup.named("later").weight(1).subStreams(1, id -> NOTHING))
                    .merge((record, sequence, subStream, outcome, cause) -> {
                        throw new AssertionError("the engine was built with another merge handler");
                    })
                    .partitioner(job -> 3)
                    .firstSequence(7)
                    .inFlight(1)
                    .threadingMode(ThreadingMode.SHARED)
                    .closeTimeout(Duration.ZERO);
            engine.start();
            assertEquals(2, engine.stats().groups().size());
            assertEquals(-1, engine.lowWatermark());
            Engines.publish(engine, 0, 0);
            Engines.publish(engine, 2, 1);
        }
        merge.assertComplete(2);
    }

    @Test
    void shouldShareNothingBetweenEnginesOfOneBuilder() {
        List<Integer> made = new ArrayList<>();
        EngineBuilder<Job> builder = Engines.invoked()
                .group(HandlerGroup.named("gold").weight(1).subStreams(2, id -> {
                    made.add(id);
                    return (job, sequence, end) -> {};
                }));
        try (BraidEngine<Job> one = builder.build();
                BraidEngine<Job> other =
                        builder.closeTimeout(Duration.ofMinutes(1)).build()) {
            assertEquals(List.of(0, 1, 0, 1), made);
            one.start();
            Engines.publish(one, 1, 0);
            Engines.drain(one);
            assertEquals(0, one.lowWatermark());
            other.start();
            other.setWeight("gold", 5);
            assertEquals(-1, other.lowWatermark());
            assertEquals(0, other.stats().groups().get(0).processed());
            assertEquals(1, one.stats().groups().get(0).weight());
            one.close();
            assertEquals(EngineState.RUNNING, other.stats().state());
        }
    }
}
