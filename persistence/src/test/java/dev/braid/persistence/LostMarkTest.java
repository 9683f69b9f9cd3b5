package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the mark is lost, an end in the middle of a segment is taken for damage, and a mark that is not the last one is lost. */
class LostMarkTest {
    private static final int RESULTS = 20;

    @TempDir
    Path folder;

    private Path dir;
    private byte[] markOfTheRunBefore;

    @BeforeEach
    void writeTwoRuns() throws IOException {
        dir = folder.resolve("journal");
        TestJournal.writeRun(dir, 1, 0, 1);
        markOfTheRunBefore = Files.readAllBytes(mark());
        TestJournal.writeKilledRun(dir, 1, LongStream.range(2, RESULTS).toArray());
    }

    private Path mark() {
        return dir.resolve(JournalMark.FILE_NAME);
    }

    /** What becomes of the mark. */
    enum Loss {
        DELETED {
            @Override
            void happen(Path mark, byte[] markOfTheRunBefore) throws IOException {
                Files.delete(mark);
            }
        },
        DAMAGED {
            @Override
            void happen(Path mark, byte[] markOfTheRunBefore) throws IOException {
                Files.write(mark, new byte[100]);
            }
        },
        OF_THE_RUN_BEFORE {
            @Override
            void happen(Path mark, byte[] markOfTheRunBefore) throws IOException {
                Files.write(mark, markOfTheRunBefore);
            }
        };

        abstract void happen(Path mark, byte[] markOfTheRunBefore) throws IOException;
    }

    private void cutOffTheLastFrames(int count) throws IOException {
        List<Frame> frames = TestJournal.frames(dir, 1);
        Frame first = frames.get(frames.size() - count);
        Frame last = frames.get(frames.size() - 1);
        long from = first.offset() - SegmentScanner.WORD_LENGTH;
        TestJournal.writeBytes(
                TestJournal.dataFile(dir, 1), from, new byte[(int) (last.offset() + last.length() - from)]);
    }

    private void assertTakenForDamage() {
        VerifyReport report = TestJournal.verify(dir);
        assertFalse(report.isGood(), report::toString);
        JournalProblem planned = Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS)
                .journal()
                .refusal()
                .orElseThrow();
        assertEquals(ProblemKind.HOLE, planned.kind());
        JournalDamagedException refused = assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));
        assertEquals(planned, refused.problem());
        for (ReadOrder order : ReadOrder.values()) {
            JournalDamagedException read =
                    assertThrows(JournalDamagedException.class, () -> TestJournal.read(dir, order));
            assertEquals(ProblemKind.HOLE, read.problem().kind());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseAJournalWhoseLastFramesAreGoneWithTheMark(Loss loss) throws IOException {
        cutOffTheLastFrames(2);
        loss.happen(mark(), markOfTheRunBefore);

        assertTakenForDamage();
    }

    /** Nobody can tell it from one whose last frames are gone. */
    @ParameterizedTest
    @EnumSource
    void shouldRefuseAJournalOfAKilledWriterWithoutItsMark(Loss loss) throws IOException {
        loss.happen(mark(), markOfTheRunBefore);

        assertTakenForDamage();
        SalvageReport salvaged = Journals.salvage(dir, folder.resolve("new"), TestJournal.NO_PROGRESS);
        assertEquals(RESULTS, salvaged.results());
    }

    @ParameterizedTest
    @EnumSource(
            value = Loss.class,
            names = {"DELETED", "DAMAGED"})
    void shouldRefuseAJournalWhoseLastSegmentHasNothingLeftWithoutItsMark(Loss loss) throws IOException {
        cutOffTheLastFrames(TestJournal.frames(dir, 1).size());
        loss.happen(mark(), markOfTheRunBefore);

        assertFalse(TestJournal.verify(dir).isGood());
        assertTrue(Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS).isRefused());
        assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));
    }

    @ParameterizedTest
    @EnumSource
    void shouldOpenAJournalThatHasAnEndThoughManifestAndMarkAreLost(Loss loss) throws IOException {
        TestJournal.writeRun(dir, 1, RESULTS);
        Files.delete(dir.resolve(ManifestFile.NAME));
        loss.happen(mark(), markOfTheRunBefore);

        assertEquals(
                RESULTS + 1, TestJournal.read(dirOfSound(), ReadOrder.JOURNAL).size());
    }

    private Path dirOfSound() {
        TestJournal.writeRun(dir, 1);
        VerifyReport report = TestJournal.verify(dir);
        assertTrue(report.isGood(), report::toString);
        return dir;
    }

    /** The next writer was killed when it had raised the epoch, and made neither a mark nor a segment. */
    @Test
    void shouldOpenAJournalWhoseNextWriterDidNotComeToMakeItsMark() throws IOException {
        WriterFence.take(dir, FileDisk.INSTANCE).close();

        assertEquals(RESULTS, TestJournal.read(dir, ReadOrder.JOURNAL).size());
        assertEquals(RESULTS, TestJournal.read(dirOfSound(), ReadOrder.JOURNAL).size());
    }
}
