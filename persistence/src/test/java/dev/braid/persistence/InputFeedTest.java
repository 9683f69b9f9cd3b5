package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine is fed with what earlier runs accepted before it takes anything else, in whatever order it is wired and called. */
class InputFeedTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final int ACCEPTED = 68;
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path folder;

    /** Records are accepted, and the power of the engine to handle them ends: none has a result. */
    @BeforeEach
    void acceptRecords() {
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results)) {
            BraidEngine<Tx> engine = engine(results)
                    .ingest(input)
                    .merge((tx, sequence, subStream, outcome, cause) -> {
                        throw new IllegalStateException("expected in this test");
                    })
                    .onError(t -> {})
                    .ringSize(128)
                    .start();
            for (int n = 0; n < ACCEPTED; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
            assertThrows(EngineHaltedException.class, engine::invoke);
            assertEquals(ACCEPTED - 1, input.durableSequence());
            assertThrows(EngineHaltedException.class, engine::close);
        }
    }

    private JournalWriter<Tx> openResults() {
        return JournalWriter.builder(folder.resolve("results"), Restarts.CODEC)
                .groups(Restarts.groups(NOTHING))
                .unfinished(Unfinished.RESEND)
                .open();
    }

    private InputJournal<Tx> openInput(JournalWriter<Tx> results) {
        return InputJournal.open(JournalWriter.builder(folder.resolve("input"), Restarts.CODEC), results);
    }

    private static EngineBuilder<Tx> engine(JournalWriter<Tx> results) {
        return Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                .groups(Restarts.plainGroups(NOTHING))
                .threadingMode(ThreadingMode.INVOKER)
                .merge(results);
    }

    private void checkAllAreHandled(int records) {
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results);
                BraidEngine<Tx> engine = engine(results).ingest(input).start()) {
            input.feed(engine);
        }
        Restarts.checkResults(folder.resolve("results"), records);
    }

    @Test
    void shouldNotPublishWhatWouldTakeTheSequencesOfUnfedRecords() throws Exception {
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results);
                BraidEngine<Tx> engine = engine(results).ingest(input).start()) {
            String message = assertThrows(IllegalStateException.class, () -> engine.ingress()
                            .publish((tx, sequence) -> tx.fill(sequence)))
                    .getMessage();
            assertTrue(message.contains(ACCEPTED + " records") && message.contains("feed()"), message);
            assertThrows(
                    IllegalStateException.class, () -> engine.ingress("gold").next());
            assertFalse(input.awaitDurable(ACCEPTED, Duration.ofMillis(1)), "acknowledged, but not accepted");

            assertEquals(ACCEPTED, input.feed(engine));
            long[] sequence = {-1};
            engine.ingress().publish((tx, claimed) -> {
                sequence[0] = claimed;
                tx.fill(claimed);
            });
            assertEquals(ACCEPTED, sequence[0]);
            engine.invoke();
            assertTrue(input.awaitDurable(ACCEPTED, Duration.ofSeconds(TIMEOUT_S)), "not acknowledged");
        }
        Restarts.checkResults(folder.resolve("results"), ACCEPTED + 1);
    }

    @Test
    void shouldFeedOnceAndItsOwnEngineOnly() {
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results);
                BraidEngine<Tx> other = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(Restarts.plainGroups(NOTHING))
                        .build();
                BraidEngine<Tx> engine = engine(results).ingest(input).build()) {
            assertThrows(IllegalStateException.class, () -> input.feed(engine)); // Not started.
            assertThrows(IllegalStateException.class, () -> input.feed(other));
            engine.start();
            assertThrows(IllegalStateException.class, () -> input.feed(other));
            assertEquals(ACCEPTED, input.feed(engine));
            assertThrows(IllegalStateException.class, () -> input.feed(engine));
        }
        Restarts.checkResults(folder.resolve("results"), ACCEPTED);
    }

    @Test
    void shouldFeedAgainWhatWasNotFedBeforeTheEngineClosed() {
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results)) {
            BraidEngine<Tx> engine = engine(results).ingest(input).start();
            engine.close();
            assertThrows(IllegalStateException.class, () -> input.feed(engine));
        }
        try (JournalWriter<Tx> results = openResults()) {
            openInput(results).close();
        }
        checkAllAreHandled(ACCEPTED);
    }

    @Test
    void shouldNotBuildAnEngineWithoutTheInputJournalOfItsResults() {
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results)) {
            EngineBuilder<Tx> builder = engine(results);
            String message =
                    assertThrows(IllegalStateException.class, builder::build).getMessage();
            assertTrue(message.contains(input.toString()), message);
        }
        checkAllAreHandled(ACCEPTED);
    }

    @Test
    void shouldNotFeedAnEngineThatDoesNotGoOnWhereTheResultsEnd() {
        checkAllAreHandled(ACCEPTED);
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results)) {
            BraidEngine<Tx> engine = engine(results)
                    .merge(new Forgetful<>(results))
                    .firstSequence(results.resumePoint().firstSequence() - 1)
                    .ingest(input)
                    .onError(t -> {})
                    .start();
            engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            EngineHaltedException halted = assertThrows(EngineHaltedException.class, engine::invoke);
            assertTrue(halted.getMessage().contains("resumePoint()"), halted::getMessage);
            assertThrows(EngineHaltedException.class, engine::close);
        }
        checkAllAreHandled(ACCEPTED);
    }

    @Test
    void shouldHandleNothingThatItsInputJournalHasNotSeen() {
        checkAllAreHandled(ACCEPTED);
        try (JournalWriter<Tx> results = openResults();
                InputJournal<Tx> input = openInput(results)) {
            BraidEngine<Tx> engine = engine(results)
                    .merge(new Forgetful<>(results))
                    .firstSequence(results.resumePoint().firstSequence())
                    .onError(t -> {})
                    .start();
            engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            EngineHaltedException halted = assertThrows(EngineHaltedException.class, engine::invoke);
            assertTrue(halted.getMessage().contains(input.toString()), halted::getMessage);
            assertThrows(EngineHaltedException.class, engine::close);
        }
        checkAllAreHandled(ACCEPTED);
    }
}
