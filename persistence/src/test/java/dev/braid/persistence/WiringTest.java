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
import dev.braid.engine.ThreadingMode;
import dev.braid.engine.WakeableIdleStrategy;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Whichever thread of the journal is the second one: nothing of it stays open. */
    @Test
    void shouldNotOpenAJournalTwoOfWhoseThreadsHaveTheSameIdleStrategy() {
        WakeableIdleStrategy shared = new WakeableIdleStrategy();
        JournalWriterBuilder<Tx> builder =
                JournalWriter.builder(dir, Restarts.CODEC).idleStrategy(role -> shared);

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::open);

        assertEquals(
                "threads braid-journal-prepare and braid-journal-sync were given the same WakeableIdleStrategy: each"
                        + " thread needs one of its own",
                e.getMessage());
        shared.reserve("nobody has it");
        shared.release();
        try (JournalWriter<Tx> journal = open()) {
            run(journal, 0, 10);
        }
        assertEquals(10, Journals.describe(dir).results());
    }

    @Test
    void shouldNotStartAnEngineWithTheIdleStrategyOfItsJournal() {
        WakeableIdleStrategy shared = new WakeableIdleStrategy();
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                .groups(groups)
                .idleStrategy(role -> role.duty().equals(JournalDuty.SYNC) ? shared : new WakeableIdleStrategy())
                .open()) {
            BraidEngine<Tx> engine = engine(journal)
                    .threadingMode(ThreadingMode.SHARED)
                    .idleStrategy(role -> shared)
                    .build();

            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, engine::start);

            assertTrue(e.getMessage().contains("threads braid-journal-sync and braid-engine"), e::getMessage);
        }
    }

    /** An engine of a thread that is made for nothing, or none, leaves nothing open either. */
    @Test
    void shouldSayForWhichThreadOfAJournalNothingIsMade() {
        for (String duty : List.of(JournalDuty.PREPARE, JournalDuty.SYNC)) {
            JournalWriterBuilder<Tx> noThread = JournalWriter.builder(dir, Restarts.CODEC)
                    .threadFactory((role, task) -> role.duty().equals(duty) ? null : new Thread(task));
            JournalWriterBuilder<Tx> noStrategy = JournalWriter.builder(dir, Restarts.CODEC)
                    .idleStrategy(role -> role.duty().equals(duty) ? null : new WakeableIdleStrategy());

            String made =
                    assertThrows(NullPointerException.class, noThread::open).getMessage();
            String idle =
                    assertThrows(NullPointerException.class, noStrategy::open).getMessage();

            assertEquals("the thread factory made no thread for braid-" + duty, made);
            assertEquals("the idle strategy for thread braid-" + duty + " is null", idle);
            open().close();
        }
    }

    /** As where a thread factory forgets the task: then nothing is forced, and nobody else would say so. */
    @Test
    void shouldSayWhichThreadOfAJournalDidNotRunItsTask() {
        for (String duty : List.of(JournalDuty.PREPARE, JournalDuty.SYNC)) {
            JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                    .threadFactory((role, task) -> role.duty().equals(duty) ? new Thread(() -> {}) : new Thread(task))
                    .open();

            JournalException e = assertThrows(JournalException.class, journal::close);

            assertEquals(
                    "the journal's thread braid-" + duty
                            + " ended without having run its task: the thread factory must make a thread that runs it",
                    e.getMessage());
            open().close();
        }
    }

    /** Of two engines that were built with a journal, the second to start is refused, also where both start at once. */
    @Test
    void shouldBeUsedByOneEngineOnly() {
        try (JournalWriter<Tx> journal = open()) {
            BraidEngine<Tx> one =
                    engine(journal).threadingMode(ThreadingMode.SHARED).build();
            BraidEngine<Tx> other =
                    engine(journal).threadingMode(ThreadingMode.SHARED).build();
            one.start();
            other.start();
            int refused = 0;
            for (BraidEngine<Tx> engine : List.of(one, other)) {
                try {
                    for (int n = 0; n < 10; n++) {
                        engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                    }
                    engine.close();
                } catch (EngineHaltedException e) {
                    refused++;
                    assertTrue(e.getMessage().contains("was opened for one run of an engine"), e::getMessage);
                }
            }
            assertEquals(1, refused);
        }
        assertEquals(10, Journals.describe(dir).results());
    }

    /** The one that is refused ends before the other one, and must not end the journal that this one uses; or it ends after it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGoOnForItsEngineWhereAnotherOneOfTheSameThreadIsRefused(boolean isRefusedClosedFirst) {
        try (JournalWriter<Tx> journal = open()) {
            BraidEngine<Tx> engine = engine(journal).start();
            BraidEngine<Tx> refused = engine(journal).build();
            engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            try {
                refused.start();
            } catch (EngineHaltedException e) {
                // Or it tells when it is closed.
            }
            if (isRefusedClosedFirst) {
                assertThrows(EngineHaltedException.class, refused::close);
            }
            engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            engine.close();
            if (!isRefusedClosedFirst) {
                assertThrows(EngineHaltedException.class, refused::close);
            }
        }
        assertEquals(2, Journals.describe(dir).results());
    }

    /** Closed before it, a part would leave the engine without retention of its input, or without snapshots. */
    @Test
    void shouldNotCloseAPartWhoseEngineIsRunning() {
        List<HandlerGroup<Tx>> stateful = Restarts.groups(NOTHING);
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(stateful)
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<Tx> input = InputJournal.open(inputJournal(), journal);
                HandlerStates<Tx> states = HandlerStates.builder(journal, stateful, Tx::new)
                        .snapshotEvery(10)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(states.groups())
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            for (AutoCloseable part : List.of(states, input, journal)) {
                IllegalStateException e = assertThrows(IllegalStateException.class, part::close);
                assertTrue(e.getMessage().contains("close the engine before its journal"), e::getMessage);
            }
            for (int n = 0; n < 25; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
        assertEquals(25, Journals.describe(dir).results());
        assertEquals(24, SnapshotFile.coveredBy(SnapshotFile.newestFirst(dir).get(0)));
    }

    private static void assertRefused(EngineBuilder<Tx> builder, String why) {
        IllegalStateException e = assertThrows(IllegalStateException.class, builder::build);
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }
}
