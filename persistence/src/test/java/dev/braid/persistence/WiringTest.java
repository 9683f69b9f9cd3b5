package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine and its journals cannot be put together so that records or state get lost. See {@link StateWiringTest}, too. */
class WiringTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    private static final EventHandler<Tx> NO_HANDLING = (tx, sequence, endOfBatch) -> {};

    @TempDir
    Path dir;

    private final List<HandlerGroup<Tx>> groups = Restarts.plainGroups(NOTHING);

    private JournalWriter<Tx> open() {
        return JournalWriter.builder(dir, Restarts.CODEC)
                .groups(groups)
                .unfinished(Unfinished.RESEND)
                .open();
    }

    private EngineBuilder<Tx> engine(MergeHandler<Tx> merge) {
        return Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                .groups(groups)
                .partitioner(Restarts::subStreamOf)
                .onError(t -> {})
                .merge(merge);
    }

    /** Publishes records from one number to another. */
    private void run(MergeHandler<Tx> merge, int from, int to) {
        try (BraidEngine<Tx> engine = engine(merge).start()) {
            for (int n = from; n < to; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    @Test
    void shouldResumeWhereTheJournalSaysUnasked() {
        for (int n = 0; n < 3; n++) {
            try (JournalWriter<Tx> journal = open()) {
                run(journal, 10 * n, 10 * n + 10);
            }
        }

        assertEquals(29, Journals.describe(dir).sequences().lowWatermark());
        assertEquals(30, Journals.describe(dir).results());
    }

    @Test
    void shouldNotStartAnEngineWhoseMergeHandlerHidesWhereToGoOn() {
        try (JournalWriter<Tx> journal = open()) {
            run(journal, 0, 10);
        }
        try (JournalWriter<Tx> journal = open()) {
            assertNotStarted(new Forgetful<>(journal), "goes on at sequence 10, but");
        }
        try (JournalWriter<Tx> journal = open()) {
            assertNotStarted(new Forgetful<>(journal).andThen(new Forgetful<>(journal)), "hides its resumePoint()");
        }
        try (JournalWriter<Tx> journal = open()) {
            run(journal, 10, 20);
        }

        assertEquals(20, Journals.describe(dir).results());
    }

    /** Nothing has to be published for that: a start is enough. */
    private void assertNotStarted(MergeHandler<Tx> merge, String why) {
        EngineHaltedException halted = assertThrows(EngineHaltedException.class, () -> {
            try (BraidEngine<Tx> engine = engine(merge).build()) {
                engine.start();
            }
        });
        String message = halted.getCause().getMessage();
        assertTrue(message.contains(why), message);
        assertTrue(message.contains(Forgetful.class.getName()), message);
        assertTrue(message.contains("MergeHandler.andThen"), message);
    }

    @Test
    void shouldStartAnEngineWhoseMergeHandlerHidesWhereToGoOnWhenThatIsSaidOtherwise() {
        for (int n = 0; n < 2; n++) {
            try (JournalWriter<Tx> journal = open();
                    BraidEngine<Tx> engine = engine(new Forgetful<>(journal))
                            .resumeAt(journal.resumePoint())
                            .start()) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }

        assertEquals(2, Journals.describe(dir).results());
    }

    @Test
    void shouldSayWhoForgetsToStartTheJournal() {
        try (JournalWriter<Tx> journal = open()) {
            EngineHaltedException halted =
                    assertThrows(EngineHaltedException.class, () -> run(journal::onResult, 0, 1));
            String message = halted.getCause().getMessage();
            assertTrue(message.contains("its onStart() was not called"), message);
            assertTrue(message.contains(WiringTest.class.getName()), message);
        }

        assertEquals(0, Journals.describe(dir).results());
    }

    @Test
    void shouldNotBuildAnEngineThatBeginsElsewhere() {
        try (JournalWriter<Tx> journal = open()) {
            run(journal, 0, 10);
        }

        try (JournalWriter<Tx> journal = open()) {
            EngineBuilder<Tx> builder = engine(journal).firstSequence(0);
            IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);
            assertTrue(e.getMessage().contains("resumes at sequence 10, but"), e::getMessage);
        }
    }

    @Test
    void shouldNotBuildAnEngineWithTheGroupsInAnotherOrder() {
        try (JournalWriter<Tx> journal = open()) {
            assertRefused(
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(List.of(groups.get(2), groups.get(1), groups.get(0)))
                            .merge(journal),
                    "the same groups in the same order");
        }
    }

    @Test
    void shouldNotBuildAnEngineWithOtherGroups() {
        HandlerGroup<Tx> heavier = HandlerGroup.named("gold").weight(10).subStreams(1, id -> NO_HANDLING);
        try (JournalWriter<Tx> journal = open()) {
            assertRefused(
                    engine(journal).group(HandlerGroup.named("more").weight(1).subStreams(1, id -> NO_HANDLING)),
                    "the same groups in the same order");
            assertRefused(
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(List.of(heavier, groups.get(1), groups.get(2)))
                            .merge(journal),
                    "the same groups in the same order");
        }
    }

    @Test
    void shouldNotBuildAnEngineWithOwnIngressesWhoseInputJournalKnowsNoGroups() {
        try (JournalWriter<Tx> journal = withoutGroups();
                InputJournal<Tx> input = InputJournal.open(inputJournal(), journal)) {
            assertRefused(engine(journal).ingest(input), "group 'gold' has an ingress of its own, but journal");
            assertRefused(engine(journal).ingest(input), "JournalWriterBuilder.groups");
            assertRefused( // Also where the results go elsewhere.
                    engine((tx, sequence, subStream, outcome, cause) -> {})
                            .resumeAt(journal.resumePoint())
                            .ingest(input),
                    "JournalWriterBuilder.groups");
        }
        for (boolean isOfInput : new boolean[] {true, false}) {
            try (JournalWriter<Tx> journal = isOfInput ? withoutGroups() : open();
                    InputJournal<Tx> input =
                            InputJournal.open(isOfInput ? inputJournal().groups(groups) : inputJournal(), journal);
                    BraidEngine<Tx> engine = engine(journal).ingest(input).start()) {
                engine.ingress("gold").publish((tx, sequence) -> tx.fill(0));
            }
        }
        assertEquals(2, Journals.describe(dir).results());
    }

    @Test
    void shouldNotBuildAnEngineWhoseInputJournalKnowsItsGroupsInAnotherOrder() {
        try (JournalWriter<Tx> journal = withoutGroups();
                InputJournal<Tx> input = InputJournal.open(
                        inputJournal().groups(List.of(groups.get(2), groups.get(1), groups.get(0))), journal)) {
            assertRefused(engine(journal).ingest(input), "the same groups in the same order");
        }
    }

    private JournalWriter<Tx> withoutGroups() {
        return JournalWriter.builder(dir, Restarts.CODEC)
                .unfinished(Unfinished.RESEND)
                .open();
    }

    private JournalWriterBuilder<Tx> inputJournal() {
        return JournalWriter.builder(dir.resolve("input"), Restarts.CODEC);
    }

    @Test
    void shouldNotBuildAnEngineWithHandlersWhoseStateNobodyKeeps() {
        try (JournalWriter<Tx> journal = open()) {
            assertRefused(
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(Restarts.groups(NOTHING))
                            .merge(journal),
                    "the handler of sub-stream 0, " + Restarts.Folds.class.getName() + ", has state that is not kept");
        }
    }

    private static void assertRefused(EngineBuilder<Tx> builder, String why) {
        IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }
}
