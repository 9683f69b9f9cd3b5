package dev.braid.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one contract of all that is compared: every record comes out once, handled in the order of its sub-stream. */
class PipelineContractTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int RECORDS = 50_000; // Several times what is kept in flight.
    private static final int RUNS = 2;

    @TempDir
    private Path work;

    @ParameterizedTest
    @EnumSource(Candidate.class)
    void shouldTakeEveryRecordToTheSinkOnceAndInOrder(Candidate candidate) {
        assertContract(candidate, 8, true, 16, Setup.SMALL_PAYLOAD, Idle.BUSY_SPIN);
    }

    @ParameterizedTest
    @EnumSource(Candidate.class)
    void shouldDoSoWithOtherSettings(Candidate candidate) {
        assertContract(candidate, 4, false, 1, 1024, Idle.BACK_OFF);
    }

    @ParameterizedTest
    @EnumSource(Candidate.class)
    void shouldDoSoWithOneSubStream(Candidate candidate) {
        assertContract(candidate, 1, true, 7, Setup.SMALL_PAYLOAD, Idle.YIELD);
    }

    private void assertContract(
            Candidate candidate, int subStreams, boolean skewed, int claim, int payloadBytes, Idle idle) {
        FoldingSink sink = new FoldingSink();
        Setup setup = new Setup(
                new Setup.Load(subStreams, skewed, claim, payloadBytes, 0), idle, new NumberedRecords(), sink, work);
        Fold fold = assertTimeoutPreemptively(
                TIMEOUT,
                () -> {
                    try (Pipeline pipeline = candidate.start(setup)) {
                        for (int i = 1; i <= RUNS; i++) {
                            pipeline.publish(0, RECORDS);
                            pipeline.await((long) i * RECORDS);
                        }
                        return pipeline instanceof JournaledPipeline journaled ? journaled.readBack() : sink.fold();
                    }
                },
                "not all came out of " + candidate);
        assertEquals(Fold.expected(RUNS, RECORDS, subStreams, payloadBytes), fold, candidate.toString());
    }
}
