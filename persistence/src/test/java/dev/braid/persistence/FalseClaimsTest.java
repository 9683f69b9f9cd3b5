package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Numbers that cannot be, behind checksums that are right, are damage that is named. */
@Timeout(60)
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

    @Test
    void shouldNotDeclareMoreSequencesAsLostThanTheFilesCouldHaveHeld() throws IOException {
        String frame = "segment-0000000000, frame 2, ";
        forge(frame + "highest sequence", 1L << 60);
        forge(frame + "low watermark", 1L << 60);

        SalvageReport report = Journals.salvage(dir, temporary.resolve("new"), NO_PROGRESS);

        assertEquals(COUNT, report.results());
        assertEquals(0, report.lost());
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

        assertEquals(2_000_001, report.results() + report.lost());
    }

    @Test
    void shouldRefuseToGoOnAfterALowWatermarkForWhichThereAreNoResults() throws IOException {
        writeKilledRun(dir, 5, LongStream.range(COUNT, 2 * COUNT).toArray());
        String frame = "segment-0000000001, frame 4, ";
        forge(frame + "highest sequence", 1L << 60);
        forge(frame + "low watermark", 1L << 60);

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> open(dir));

        assertTrue(
                e.getMessage().contains("its low watermark cannot be " + (1L << 60) + ", when up to here there are 40"),
                e.getMessage());
        assertTrue(!verify(dir).isGood());
        assertTrue(Journals.recoveryPlan(dir, null, NO_PROGRESS).isRefused());
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
        tracker.giveUpTo(1L << 60, (first, last) -> missing.addAll(List.of(first, last)));

        assertEquals(List.of(0L, 1L << 60), missing);
        assertTrue(tracker.contains(FrameLayout.MAX_SEQUENCE));
        assertEquals((1L << 60) + 1, tracker.next());
    }
}
