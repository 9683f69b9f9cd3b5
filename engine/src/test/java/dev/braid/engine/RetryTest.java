package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Records that are tried again. Job 3 of sub-stream 0 fails as often as the test says; the clock is the test's. */
class RetryTest {
    private final RecordingMerge merge = new RecordingMerge();
    private final List<Long> flaky = new ArrayList<>();
    private final List<Long> attemptsAt = new ArrayList<>();
    private final List<Long> steady = new ArrayList<>();
    private long nowNs = Long.MAX_VALUE - 25; // It overflows on the way.
    private int failures;

    private BraidEngine<Job> start(ErrorPolicy policy) {
        return Engines.invoked()
                .merge(merge)
                .nanoClock(() -> nowNs)
                .errorPolicy(policy)
                .group(HandlerGroup.named("all").weight(1).subStreams(2, id -> (job, sequence, end) -> {
                    if (id == 1) {
                        steady.add(job.number);
                        return;
                    }
                    if (job.number == 3) {
                        attemptsAt.add(nowNs);
                        if (failures-- > 0) {
                            throw new IllegalStateException("not yet");
                        }
                    }
                    flaky.add(job.number);
                }))
                .start();
    }

    private static void publishTen(BraidEngine<Job> engine) {
        for (int i = 0; i < 10; i++) {
            Engines.publish(engine, 0, i);
            Engines.publish(engine, 1, i);
        }
    }

    @Test
    void shouldTryAgainWithGrowingBackOffWithoutHoldingUpOthers() {
        failures = 3;
        long startNs = nowNs;
        try (BraidEngine<Job> engine = start(ErrorPolicy.HALT.afterRetries(3, Duration.ofNanos(10)))) {
            publishTen(engine);
            Engines.drain(engine);
            assertEquals(List.of(0L, 1L, 2L), flaky);
            assertEquals(10, steady.size(), "the other sub-stream goes on");
            assertEquals(7, engine.stats().groups().get(0).backlog());
            for (int i = 0; i < 70; i++) {
                nowNs++;
                Engines.drain(engine);
            }
            assertEquals(List.of(startNs, startNs + 10, startNs + 30, startNs + 70), attemptsAt);
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), flaky, "in order");
        merge.assertComplete(20);
        assertEquals(20, merge.count(Outcome.PROCESSED));
    }

    @Test
    void shouldSkipAfterTheLastRetry() {
        failures = 3;
        try (BraidEngine<Job> engine = start(ErrorPolicy.SKIP.afterRetries(2, Duration.ofNanos(0)))) {
            publishTen(engine);
            Engines.drain(engine);
        }
        assertEquals(3, attemptsAt.size());
        assertEquals(List.of(0L, 1L, 2L, 4L, 5L, 6L, 7L, 8L, 9L), flaky);
        merge.assertComplete(20);
        assertEquals(1, merge.count(Outcome.FAILED));
    }

    @Test
    void shouldHaltAfterTheLastRetry() {
        failures = 2;
        BraidEngine<Job> engine = start(ErrorPolicy.HALT.afterRetries(1, Duration.ofNanos(0)));
        publishTen(engine);
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, () -> Engines.drain(engine));
        assertTrue(halted.getMessage().contains("tried again 1 times"), halted.getMessage());
        assertThrows(EngineHaltedException.class, engine::close);
        assertEquals(List.of(0L, 1L, 2L), flaky);
    }

    @Test
    void shouldCountTheRetriesOfEachRecordAnew() {
        List<Integer> failed = new ArrayList<>();
        try (BraidEngine<Job> engine = Engines.invoked()
                .merge(merge)
                .errorPolicy(ErrorPolicy.HALT.afterRetries(1, Duration.ofNanos(0)))
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (job, sequence, end) -> {
                    if (job.result++ == 0) { // Each fails once, and every second one right behind another.
                        failed.add((int) job.number);
                        throw new IllegalStateException("once");
                    }
                }))
                .partitioner(job -> 0)
                .start()) {
            for (int i = 0; i < 100; i++) {
                Engines.publish(engine, 0, i);
            }
        }
        assertEquals(100, failed.size());
        merge.assertComplete(100);
    }

    @Test
    void shouldNameWhatIsOutOfRange() {
        String retries = assertThrows(
                        IllegalArgumentException.class, () -> ErrorPolicy.HALT.afterRetries(0, Duration.ofSeconds(1)))
                .getMessage();
        assertTrue(retries.contains("0"), retries);
        assertThrows(IllegalArgumentException.class, () -> ErrorPolicy.HALT.afterRetries(1, Duration.ofSeconds(-1)));
    }

    @Test
    void shouldDoubleTheBackOffUpToAMinute() {
        ErrorPolicy policy = ErrorPolicy.SKIP.afterRetries(100, Duration.ofSeconds(1));
        assertEquals(TimeUnit.SECONDS.toNanos(1), policy.backOffNs(1));
        assertEquals(TimeUnit.SECONDS.toNanos(32), policy.backOffNs(6));
        assertEquals(TimeUnit.SECONDS.toNanos(60), policy.backOffNs(7));
        assertEquals(TimeUnit.SECONDS.toNanos(60), policy.backOffNs(100));
        assertEquals(
                TimeUnit.HOURS.toNanos(1),
                ErrorPolicy.SKIP.afterRetries(2, Duration.ofHours(1)).backOffNs(2));
        assertEquals(0, ErrorPolicy.SKIP.afterRetries(100, Duration.ofHours(0)).backOffNs(90));
    }
}
