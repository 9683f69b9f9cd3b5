package dev.braid.engine;

import static dev.braid.engine.Engines.NOTHING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
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
        assertArrayEquals(new int[] {63, 18, 7}, builder.inFlightBounds());
        assertArrayEquals(new int[] {1, 1}, valid().inFlight(1).inFlightBounds());
        try (BraidEngine<Job> engine = builder.build()) {
            GroupStats gold = engine.stats().groups().get(0);
            assertEquals("gold", gold.name());
            assertEquals(8, gold.weight());
            assertEquals(0.8, gold.dueShare());
            assertEquals(63, gold.inFlightBound());
            assertTrue(Double.isNaN(gold.share()));
        }
    }
}
