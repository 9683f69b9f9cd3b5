package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that cannot be, behind checksums that are right, are damage that is named. */
class FalseClaimsTest {
    private static final int COUNT = 20;

    @TempDir
    Path temporary;

    private Path dir;

    @BeforeEach
    void writeAJournal() {
        dir = temporary.resolve("journal");
        writeRun(dir, 5, LongStream.range(0, COUNT).toArray());
    }

    private void forge(String name, long value) throws IOException {
        for (ForgedFields.Field field : ForgedFields.of(dir)) {
            if (field.name().equals(name)) {
                field.forge(value);
                return;
            }
        }
        throw new AssertionError("no " + name + " in " + ForgedFields.of(dir));
    }

    @Test
    void shouldNameAHighestSegmentThatCannotBe() throws IOException {
        forge("long at 48", 1L << 62);

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> read(dir, ReadOrder.JOURNAL));
        assertTrue(e.getMessage().contains("the highest segment that was begun is " + (1L << 62)), e.getMessage());
        assertEquals(ProblemKind.BAD_MANIFEST, verify(dir).problems().get(0).kind());
        assertEquals(
                COUNT,
                Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS).results());
    }

    @Test
    void shouldLookForNoMoreSegmentsThanThereAre() throws IOException {
        forge("long at 48", Integer.MAX_VALUE - 1);

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> read(dir, ReadOrder.SEQUENCE));
        assertEquals(ProblemKind.MISSING_SEGMENT, e.problem().kind());
        assertEquals(COUNT, verify(dir).results());
        JournalRetention.of(dir).below(1).plan();
    }

    /** The next writer's would not be above it. */
    @Test
    void shouldNameAnEpochThatCannotBe() throws IOException {
        forge("epoch", Long.MAX_VALUE);

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> read(dir, ReadOrder.JOURNAL));
        assertTrue(e.getMessage().contains("the epoch of the writer is " + Long.MAX_VALUE), e.getMessage());
        assertEquals(
                COUNT,
                Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS).results());
        open(dir).close(); // From the segments it is known what the manifest said.
        assertEquals(2, ManifestFile.read(dir).epoch());
    }

    /** Which of the two results says a false sub-stream cannot be told. */
    @Test
    void shouldSalvageAResultOutOfOrderAsOneOfNoSubStream() throws IOException {
        forge("segment-0000000000, frame 1, sub-stream of result 4", 3);
        forge("segment-0000000000, frame 2, sub-stream of result 0", 3);
        forge("segment-0000000000, frame 1, sequence of result 3", 4);
        forge("segment-0000000000, frame 1, sequence of result 4", 3);

        SalvageReport report = Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS);

        assertEquals(COUNT, report.results());
        assertTrue(
                report.problems().stream()
                        .anyMatch(problem -> problem.message().contains("3 of sub-stream 3 comes after 4; it is kept")),
                report::toString);
        assertTrue(verify(temporary.resolve("new")).isGood());
        assertEquals(
                List.of(3, -1, 3),
                read(temporary.resolve("new"), ReadOrder.JOURNAL).stream()
                        .filter(result -> result.sequence() >= 3 && result.sequence() <= 5)
                        .map(TestJournal.Result::subStream)
                        .toList());
    }

    @Test
    void shouldNotDeclareMoreSequencesAsLostThanTheFilesCouldHaveHeld() throws IOException {
        String frame = "segment-0000000000, frame 2, ";
        forge(frame + "highest sequence", 1L << 60);
        forge(frame + "low watermark", 1L << 60);

        SalvageReport report = Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS);

        assertEquals(COUNT, report.results());
        assertEquals(0, report.lost().count());
        assertTrue(
                report.problems().stream()
                        .anyMatch(problem -> problem.message().contains("up to sequence " + (1L << 60) + " as done")),
                report::toString);
        assertTrue(verify(temporary.resolve("new")).isGood());
    }

    @Test
    void shouldDeclareAsManySequencesAsLostAsTheCallerAllows() throws IOException {
        String frame = "segment-0000000000, frame 2, ";
        forge(frame + "highest sequence", 2_000_000);
        forge(frame + "low watermark", 2_000_000);

        SalvageReport report = Journals.salvage(dir, temporary.resolve("new"), 3_000_000, NO_PROGRESS);

        assertEquals(2_000_001, report.results() + report.lost().count());
    }

    @Test
    void shouldRefuseToGoOnAfterALowWatermarkForWhichThereAreNoResults() throws IOException {
        long[] sequences = LongStream.range(COUNT, 2 * COUNT).toArray();
        sequences[COUNT - 1] = 1000;
        writeKilledRun(dir, 5, sequences);
        forge("segment-0000000001, frame 4, low watermark", 999);

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> open(dir));

        assertTrue(
                e.getMessage().contains("its low watermark cannot be 999, when up to here there are 40"),
                e.getMessage());
        assertTrue(!verify(dir).isGood());
        assertTrue(Journals.recoveryPlan(dir, null, NO_PROGRESS).isRefused());
    }

    /** Nothing is to be written by a start that is refused, and all tools say the same. */
    private void assertRefused(ProblemKind kind, String what) throws IOException {
        assertRefused(kind, what, verify(dir).results());
    }

    /** @param salvaged how many results can be saved. */
    private void assertRefused(ProblemKind kind, String what, long salvaged) throws IOException {
        byte[] manifest = Files.readAllBytes(dir.resolve(ManifestFile.NAME));
        VerifyReport verified = verify(dir);
        assertTrue(
                verified.problems().stream()
                        .anyMatch(problem ->
                                problem.kind() == kind && problem.message().contains(what)),
                verified::toString);
        assertTrue(!Journals.verifyTail(dir, NO_PROGRESS).isGood());
        assertTrue(Journals.recoveryPlan(dir, null, NO_PROGRESS).isRefused());

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> open(dir));

        assertTrue(e.getMessage().contains(what), e.getMessage());
        JournalDamagedException ofBackup = assertThrows(
                JournalDamagedException.class,
                () -> Journals.backup(dir, null, temporary.resolve("backup"), NO_PROGRESS));
        assertTrue(ofBackup.getMessage().contains(what), ofBackup.getMessage());
        Manifest before = ManifestLayout.decode(manifest);
        assertEquals(before, ManifestFile.read(dir).withEpoch(before.epoch(), -1));
        assertEquals(
                salvaged,
                Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS).results());
        assertTrue(verify(temporary.resolve("new")).isGood());
    }

    @ParameterizedTest
    @ValueSource(longs = {40, 1_000_000, SequenceTracker.MAX_AHEAD})
    void shouldRefuseToGoOnAfterAFrameWhoseHighestSequenceNoFrameHas(long highest) throws IOException {
        writeKilledRun(dir, 5, LongStream.range(COUNT, 2 * COUNT).toArray());
        forge("segment-0000000001, frame 4, highest sequence", highest);

        assertRefused(ProblemKind.CORRUPT, "its checksum is right, but its highest sequence cannot be " + highest);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 2, 33})
    void shouldRefuseToGoOnAfterALowWatermarkThatFalls(long lowWatermark) throws IOException {
        writeKilledRun(dir, 5, LongStream.range(COUNT, 2 * COUNT).toArray());
        forge("segment-0000000001, frame 4, low watermark", lowWatermark);

        assertRefused(ProblemKind.CORRUPT, "its checksum is right, but its low watermark cannot be " + lowWatermark);
    }

    @Test
    void shouldRefuseAHeadThatContradictsTheSegmentBefore() throws IOException {
        writeKilledRun(dir, 5, LongStream.range(COUNT, 2 * COUNT).toArray());
        forge("segment-0000000001, frame 0, highest sequence", COUNT);

        assertRefused(ProblemKind.CORRUPT, "its checksum is right, but its highest sequence cannot be 20");
    }

    @Test
    void shouldRefuseAManifestThatSaysAHigherSequenceThanItsSegmentsHave() throws IOException {
        writeKilledRun(dir, 5, LongStream.range(COUNT, 2 * COUNT).toArray());
        forge("long at 232", 1_000_000);

        assertRefused(ProblemKind.CORRUPT, "its highest sequence cannot be 19");
    }

    @Test
    void shouldRefuseAClosedJournalWhoseManifestSaysAHigherSequenceThanItHas() throws IOException {
        forge("long at 232", 1_000_000);

        assertRefused(ProblemKind.CORRUPT, "its highest sequence cannot be 1000000");
    }

    @Test
    void shouldNameNoMoreThanTheForgedFrameAndTheNextOne() throws IOException {
        forge("segment-0000000000, frame 2, highest sequence", COUNT);

        List<JournalProblem> problems = verify(dir).problems();

        assertEquals(
                List.of(2L, 3L),
                problems.stream()
                        .filter(problem -> problem.message().contains("its highest sequence cannot be"))
                        .map(problem -> problem.frame().orElse(-1))
                        .toList(),
                problems::toString);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, COUNT - 1})
    void shouldRefuseAManifestThatSaysThatResultsWereGivenUpThatAreThere(long first) throws IOException {
        forge("long at 40", first);

        assertRefused(
                ProblemKind.BAD_MANIFEST,
                "it says that the journal begins with sequence " + first
                        + ", but by the head of segment-0000000000 it is 0");
        assertReadWhole(0);
    }

    /** A reader that is told of the manifest, and goes on, misses nothing. */
    private void assertReadWhole(long first) throws IOException {
        assertThrows(JournalDamagedException.class, () -> read(dir, ReadOrder.SEQUENCE));
        try (JournalReader reader =
                JournalReader.builder(dir).onProblem(problem -> {}).open()) {
            List<Result> results = new ArrayList<>();
            readRest(reader, results);
            assertEquals(LongStream.range(first, COUNT).boxed().toList(), sequences(results));
        }
    }

    /** The first of the segments that are left has results that were overtaken by one that was given up. */
    private void writeRetained() throws IOException {
        dir = temporary.resolve("retained");
        writeKilledRun(dir, 5, 0, 1, 2, 3, 6);
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).unfinished(Unfinished.RESEND).open()) {
            writer.begin();
            putAll(writer, 5, 4, 5, 7, 8, 9);
            writer.onShutdown();
        }
        writeRun(dir, 5, LongStream.range(10, COUNT).toArray());
        JournalRetention.of(dir).below(7).apply();
        assertEquals(7, ManifestFile.read(dir).firstSequence());
    }

    @Test
    void shouldAcceptWhatRetentionLeft() throws IOException {
        writeRetained();

        assertTrue(verify(dir).isGood(), () -> verify(dir).toString());
        Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS);
        assertTrue(verify(temporary.resolve("new")).isGood());
        open(temporary.resolve("new")).close();
        open(dir).close();
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 8, 15})
    void shouldRefuseAManifestThatSaysAnotherFirstSequenceThanRetentionLeft(long first) throws IOException {
        writeRetained();
        forge("long at 40", first);

        assertRefused(
                ProblemKind.BAD_MANIFEST,
                "it says that the journal begins with sequence " + first
                        + ", but by the head of segment-0000000001 it is 7",
                COUNT - 7);
        assertReadWhole(7);
    }

    @Test
    void shouldRefuseToGoOnAfterALowWatermarkThatPassesOverASequenceWithoutAResult() throws IOException {
        long[] sequences = LongStream.range(COUNT, 2 * COUNT).toArray();
        sequences[COUNT - 1] = 2 * COUNT;
        writeKilledRun(dir, 5, sequences);
        forge("segment-0000000001, frame 4, low watermark", 2 * COUNT - 1);

        assertRefused(
                ProblemKind.GAP, "all from sequence 0 to 40 should have a result, but there are 40, 0 of them of");
        assertTrue(
                verify(dir).problems().stream()
                        .anyMatch(problem -> problem.kind() == ProblemKind.GAP
                                && problem.frame().orElse(-1) == 4
                                && problem.message().contains("sequence 39 has no result")),
                () -> verify(dir).toString());
    }

    @Test
    void shouldNeverWriteAManifestThatCouldNotBeRead() {
        Manifest before = ManifestFile.read(dir);

        JournalException e = assertThrows(
                JournalException.class,
                () -> ManifestFile.update(
                        dir, FileDisk.INSTANCE, manifest -> manifest.from(FrameLayout.MAX_SEQUENCE + 1, 0)));

        assertTrue(e.getMessage().contains("the first sequence is " + (FrameLayout.MAX_SEQUENCE + 1)), e.getMessage());
        assertEquals(before, ManifestFile.read(dir));
    }

    @Test
    void shouldMakeTheManifestAgainOfAJournalThatBeganAtAHigherSequence() throws IOException {
        Path late = temporary.resolve("late");
        try (JournalWriter<Line> writer =
                JournalWriter.builder(late, CODEC).firstSequence(1000).open()) {
            writer.begin();
            putAll(writer, 5, LongStream.range(1000, 1000 + COUNT).toArray());
            writer.onShutdown();
        }
        Files.delete(late.resolve(ManifestFile.NAME));

        open(late).close();

        assertEquals(1000, ManifestFile.read(late).firstSequence());
        assertEquals(COUNT, verify(late).results());
        assertTrue(verify(late).isGood(), () -> verify(late).toString());
    }

    @Test
    void shouldReportAResultThatCannotBeAndGoOnAfterItsFrame() throws IOException {
        forge("segment-0000000000, frame 2, sequence of result 0", Long.MIN_VALUE);

        for (ReadOrder order : ReadOrder.values()) {
            assertThrows(JournalDamagedException.class, () -> read(dir, order));
            try (JournalReader reader = JournalReader.builder(dir)
                    .order(order)
                    .onProblem(problem -> {})
                    .open()) {
                List<Result> results = new ArrayList<>();
                readRest(reader, results);
                assertEquals(
                        LongStream.range(0, COUNT)
                                .filter(sequence -> sequence < 5 || sequence >= 10)
                                .boxed()
                                .toList(),
                        sequences(results));
            }
        }
    }

    @Test
    void shouldTrackASequenceHoweverFarAheadInLittleMemory() {
        SequenceTracker tracker = new SequenceTracker();
        tracker.add(FrameLayout.MAX_SEQUENCE);
        List<Long> missing = new ArrayList<>();
        tracker.giveUpTo(1L << 60, range -> missing.addAll(List.of(range.first(), range.last())));

        assertEquals(List.of(0L, 1L << 60), missing);
        assertTrue(tracker.contains(FrameLayout.MAX_SEQUENCE));
        assertEquals((1L << 60) + 1, tracker.next());
    }

    @Test
    void shouldNameASegmentThatStandsWhereTheLastOneWas() throws IOException {
        Path killed = temporary.resolve("killed");
        writeRun(killed, 5, LongStream.range(0, 10).toArray());
        writeKilledRun(killed, 5, LongStream.range(10, COUNT).toArray());
        Path last = JournalFolder.segments(killed).get(1).folder();
        IoUtil.delete(last.toFile(), false);
        copy(JournalFolder.segments(killed).get(0).folder(), last);
        Files.delete(killed.resolve("journal.mark"));

        assertTrue(kinds(verify(killed)).contains(ProblemKind.CORRUPT), () -> verify(killed)
                .toString());
    }
}
