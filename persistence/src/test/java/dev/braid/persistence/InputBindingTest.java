package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The input journal is part of the journal: a start, a plan and a check agree that without it there is damage. */
class InputBindingTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final int HANDLED = 100;
    private static final int ACCEPTED = 372;

    @TempDir
    Path folder;

    private Path results;
    private Path input;

    @BeforeEach
    void acceptMoreThanIsHandled() {
        results = folder.resolve("results");
        input = folder.resolve("input");
        runAll(results, input, HANDLED);
        try (JournalWriter<Tx> journal = open(results);
                InputJournal<Tx> accepted = openInput(input, journal)) {
            BraidEngine<Tx> engine = Restarts.engine(MergeOrder.SEQUENCE, 0, NOTHING)
                    .groups(Restarts.plainGroups(NOTHING))
                    .threadingMode(ThreadingMode.INVOKER)
                    .ingest(accepted)
                    .resumeAt(journal.resumePoint())
                    .merge((tx, sequence, subStream, outcome, cause) -> {
                        throw new IllegalStateException("expected in this test");
                    })
                    .ringSize(512)
                    .onError(t -> {})
                    .start();
            for (int n = 0; n < ACCEPTED; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
            assertThrows(EngineHaltedException.class, () -> {
                while (true) {
                    engine.invoke();
                }
            });
            assertThrows(EngineHaltedException.class, engine::close);
        }
    }

    private static JournalWriter<Tx> open(Path dir) {
        return JournalWriter.builder(dir, Restarts.CODEC)
                .groups(Restarts.groups(NOTHING))
                .unfinished(Unfinished.RESEND)
                .open();
    }

    private static InputJournal<Tx> openInput(Path dir, JournalWriter<Tx> journal) {
        return InputJournal.open(JournalWriter.builder(dir, Restarts.CODEC), journal);
    }

    /** Feeds what was accepted, and publishes up to so many. */
    private static void runAll(Path results, Path input, int records) {
        try (JournalWriter<Tx> journal = open(results);
                InputJournal<Tx> accepted = openInput(input, journal);
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.SEQUENCE, 0, NOTHING)
                        .groups(Restarts.plainGroups(NOTHING))
                        .ingest(accepted)
                        .merge(journal)
                        .start()) {
            accepted.feed(engine);
            for (long n = accepted.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    /** A check, a plan and a start name the same damage. */
    private void assertIsDamaged(String what) {
        for (VerifyReport report : new VerifyReport[] {
            Journals.verify(results, TestJournal.NO_PROGRESS), Journals.verifyTail(results, TestJournal.NO_PROGRESS)
        }) {
            assertFalse(report.isGood(), report::toString);
            assertEquals(ProblemKind.BAD_INPUT, report.first().orElseThrow().kind());
            assertTrue(report.first().orElseThrow().message().contains(what), report::toString);
        }
        RecoveryPlan plan = Journals.recoveryPlan(results, null, TestJournal.NO_PROGRESS);
        assertTrue(plan.isRefused(), plan::toString);
        assertTrue(plan.inputProblem().isPresent(), plan::toString);
        assertTrue(plan.inputProblem().orElseThrow().message().contains(what), plan::toString);
        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> runAll(results, input, ACCEPTED));
        assertTrue(e.getMessage().contains(what), e::getMessage);
    }

    private void assertIsGood(int records) {
        VerifyReport report = Journals.verify(results, TestJournal.NO_PROGRESS);
        assertTrue(report.isGood(), report::toString);
        JournalDescription description = Journals.describe(results);
        assertEquals(
                records,
                description.outcomes().processed() + description.outcomes().lost());
        assertEquals(records - 1, description.sequences().lowWatermark());
    }

    @Test
    void shouldFindAMissingInputJournalToBeDamage() throws IOException {
        Files.move(input, folder.resolve("elsewhere"));
        assertIsDamaged("it is missing");
        assertThrows(JournalDamagedException.class, () -> open(results));
        Files.createDirectory(input);
        assertIsDamaged("it is missing");

        Path elsewhere = folder.resolve("elsewhere");
        assertTrue(Journals.verify(results, elsewhere, TestJournal.NO_PROGRESS).isGood());
        RecoveryPlan plan = Journals.recoveryPlan(results, elsewhere, TestJournal.NO_PROGRESS);
        assertFalse(plan.isRefused(), plan::toString);
        assertEquals(ACCEPTED, plan.republished());
        try (JournalWriter<Tx> journal = JournalWriter.builder(results, Restarts.CODEC)
                        .unfinished(Unfinished.RESEND)
                        .inputJournal(elsewhere)
                        .open();
                InputJournal<Tx> accepted = openInput(elsewhere, journal)) {
            assertEquals(ACCEPTED, accepted.toFeed());
        }
        runAll(results, elsewhere, HANDLED + ACCEPTED);
        assertIsGood(HANDLED + ACCEPTED);
    }

    @Test
    void shouldFindTheInputJournalOfAnotherToBeDamage() {
        runAll(folder.resolve("other"), folder.resolve("other-input"), HANDLED);
        IoUtil.delete(input.toFile(), false);
        assertTrue(folder.resolve("other-input").toFile().renameTo(input.toFile()));
        assertIsDamaged("has the id");
    }

    @Test
    void shouldNotTakeTheInputJournalOfAnotherForItsFirst() {
        Path fresh = folder.resolve("fresh");
        try (JournalWriter<Tx> journal = open(fresh)) {
            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> openInput(input, journal));
            assertTrue(e.getMessage().contains("is of journal"), e::getMessage);
        }
        runAll(results, input, HANDLED + ACCEPTED);
        assertIsGood(HANDLED + ACCEPTED);
    }

    @Test
    void shouldFindAnOlderInputJournalToBeDamage() throws IOException {
        Path old = folder.resolve("old");
        Restarts.image(input, old);
        runAll(results, input, HANDLED + ACCEPTED + 50);
        IoUtil.delete(input.toFile(), false);
        Files.move(old, input);
        assertIsDamaged("is behind");
    }

    @Test
    void shouldDeclareLostWhatALossOfPowerTookFromIt() throws IOException {
        Path old = folder.resolve("old");
        Restarts.image(input, old);
        runAll(results, input, HANDLED + ACCEPTED + 50);
        IoUtil.delete(input.toFile(), false);
        Files.move(old, input);
        ManifestFile.update(
                input,
                FileDisk.INSTANCE,
                manifest -> manifest.with(manifest.binding().lacking()));

        RecoveryPlan plan = Journals.recoveryPlan(results, null, TestJournal.NO_PROGRESS);
        assertFalse(plan.isRefused(), plan::toString);
        runAll(results, input, HANDLED + ACCEPTED + 60);

        assertIsGood(HANDLED + ACCEPTED + 60);
        assertFalse(ManifestFile.read(input).binding().mayLack());
    }

    @Test
    void shouldFindOlderResultsToBeDamageWhereTheInputJournalGaveUpTheirRecords() throws IOException {
        Path old = folder.resolve("old");
        Restarts.image(results, old);
        for (int run = 1; run <= 3; run++) {
            runAll(results, input, HANDLED + ACCEPTED + run);
        }
        long first = Journals.describe(input).sequences().first();
        assertTrue(first > HANDLED, "" + first);
        IoUtil.delete(results.toFile(), false);
        Files.move(old, results);
        assertIsDamaged("results of that are missing");
    }

    @Test
    void shouldNotOpenThemInEachOthersPlace() {
        JournalException e = assertThrows(JournalException.class, () -> open(input));
        assertTrue(e.getMessage().contains("is the input journal of journal"), e::getMessage);
        try (JournalWriter<Tx> journal = open(folder.resolve("fresh"))) {
            e = assertThrows(JournalDamagedException.class, () -> openInput(results, journal));
            assertTrue(e.getMessage().contains("has an input journal of its own"), e::getMessage);
        }
        runAll(results, input, HANDLED + ACCEPTED);
        assertIsGood(HANDLED + ACCEPTED);
    }

    @Test
    void shouldNotBuildAnEngineOnResultsWhoseInputJournalIsNotOpened() {
        try (JournalWriter<Tx> journal = open(results)) {
            EngineBuilder<Tx> engine = Restarts.engine(MergeOrder.SEQUENCE, 0, NOTHING)
                    .groups(Restarts.plainGroups(NOTHING))
                    .merge(journal);
            IllegalStateException e = assertThrows(IllegalStateException.class, engine::build);
            assertTrue(e.getMessage().contains("has an input journal: open that"), e::getMessage);
        }
        runAll(results, input, HANDLED + ACCEPTED);
        assertIsGood(HANDLED + ACCEPTED);
    }

    @Test
    void shouldNeedItsInputJournalThoughItsManifestIsLost() throws IOException {
        Files.delete(results.resolve(ManifestFile.NAME));

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> open(results));
        assertTrue(e.getMessage().contains("of the input journal: it is missing"), e::getMessage);
        assertTrue(Journals.recoveryPlan(results, null, TestJournal.NO_PROGRESS).isRefused());
        RecoveryPlan plan = Journals.recoveryPlan(results, input, TestJournal.NO_PROGRESS);
        assertFalse(plan.isRefused(), plan::toString);
        assertEquals(ACCEPTED, plan.republished());

        assertNotStartedWithout(JournalWriter.builder(results, Restarts.CODEC).inputJournal(input));
        assertNotStartedWithout(JournalWriter.builder(results, Restarts.CODEC).inputJournal(input));
        try (JournalWriter<Tx> journal = JournalWriter.builder(results, Restarts.CODEC)
                        .unfinished(Unfinished.RESEND)
                        .inputJournal(input)
                        .open();
                InputJournal<Tx> accepted = openInput(input, journal)) {
            assertEquals(ACCEPTED, accepted.toFeed());
        }
        runAll(results, input, HANDLED + ACCEPTED);
        assertTrue(Journals.verify(results, TestJournal.NO_PROGRESS).isGood());
    }

    private static void assertNotStartedWithout(JournalWriterBuilder<Tx> builder) {
        try (JournalWriter<Tx> journal = builder.unfinished(Unfinished.RESEND).open()) {
            IllegalStateException e = assertThrows(IllegalStateException.class, journal::onStart);
            assertTrue(e.getMessage().contains("has an input journal"), e::getMessage);
        }
    }

    @Test
    void shouldFindItsInputJournalWhereThatUsuallyIsThoughManifestAndMarkAreLost() throws IOException {
        Files.move(input, results.resolve("input"));
        Files.delete(results.resolve(ManifestFile.NAME));
        Files.delete(results.resolve(JournalMark.FILE_NAME));

        assertNotStartedWithout(JournalWriter.builder(results, Restarts.CODEC));
        runAll(results, results.resolve("input"), HANDLED + ACCEPTED);
        assertTrue(Journals.verify(results, TestJournal.NO_PROGRESS).isGood());
    }

    @Test
    void shouldNotNeedAnInputJournalThatWasGivenUpThoughItsManifestIsLost() throws IOException {
        JournalWriter.builder(results, Restarts.CODEC)
                .inputJournal(input)
                .giveUpInputJournal()
                .open()
                .close();
        Files.move(input, results.resolve("input"));
        Files.delete(results.resolve(ManifestFile.NAME));

        try (JournalWriter<Tx> journal = open(results)) {
            journal.begin();
            journal.onShutdown();
        }
        assertTrue(Journals.verify(results, TestJournal.NO_PROGRESS).isGood());
    }

    @Test
    void shouldCountAsLostWhatIsGivenUp() throws IOException {
        try (JournalWriter<Tx> journal = JournalWriter.builder(results, Restarts.CODEC)
                .giveUpInputJournal()
                .open()) {
            assertEquals(ACCEPTED, journal.lost());
            assertEquals(HANDLED + ACCEPTED, journal.nextSequence());
        }
        assertEquals(
                ACCEPTED,
                TestJournal.read(results, ReadOrder.SEQUENCE).stream()
                        .filter(result -> result.outcome() == Outcome.LOST)
                        .count());
        assertTrue(Journals.verify(results, TestJournal.NO_PROGRESS).isGood());
        try (JournalWriter<Tx> journal = open(results)) {
            assertThrows(JournalDamagedException.class, () -> openInput(input, journal));
        }
        Path another = folder.resolve("another");
        runAll(results, another, HANDLED + ACCEPTED + 20);
        IoUtil.delete(another.toFile(), false);
        JournalWriter.builder(results, Restarts.CODEC)
                .giveUpInputJournal()
                .open()
                .close();
        assertTrue(Journals.verify(results, TestJournal.NO_PROGRESS).isGood());
    }

    @Test
    void shouldGoOnWithItsInputJournalWhenEitherIsSalvaged() {
        Path salvaged = folder.resolve("salvaged");
        Path salvagedInput = folder.resolve("salvaged-input");
        Journals.salvage(results, salvaged, TestJournal.NO_PROGRESS);
        Journals.salvage(input, salvagedInput, TestJournal.NO_PROGRESS);
        assertFalse(
                Journals.recoveryPlan(salvaged, null, TestJournal.NO_PROGRESS).isRefused());
        try (JournalWriter<Tx> journal = open(salvaged);
                InputJournal<Tx> accepted = openInput(salvagedInput, journal)) {
            assertEquals(ACCEPTED, accepted.toFeed());
        }
        results = salvaged;
        runAll(salvaged, salvagedInput, HANDLED + ACCEPTED);
        assertIsGood(HANDLED + ACCEPTED);
    }

    private Path salvageTwice(Path dir) {
        Path first = folder.resolve("first-" + dir.getFileName());
        Path second = folder.resolve("second-" + dir.getFileName());
        Journals.salvage(dir, first, TestJournal.NO_PROGRESS);
        Journals.salvage(first, second, TestJournal.NO_PROGRESS);
        return second;
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void shouldGoOnWithItsInputJournalWhenEitherIsSalvagedAgainAndAgain(boolean ofResults, boolean ofInput) {
        int records = HANDLED + ACCEPTED;
        for (int i = 0; i < 2; i++) { // The second time after both were bound anew.
            results = ofResults ? salvageTwice(results) : results;
            input = ofInput ? salvageTwice(input) : input;
            assertTrue(Journals.verify(results, input, TestJournal.NO_PROGRESS).isGood());
            try (JournalWriter<Tx> journal = JournalWriter.builder(results, Restarts.CODEC)
                            .unfinished(Unfinished.RESEND)
                            .inputJournal(input)
                            .open();
                    InputJournal<Tx> accepted = openInput(input, journal)) {
                assertEquals(i == 0 ? ACCEPTED : 0, accepted.toFeed());
            }
            runAll(results, input, records);
            assertIsGood(records);
        }
    }
}
