package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is deleted that may hold a result. */
class DeletionTest {
    private static final int FRAMES = 138;

    @TempDir
    Path folder;

    private Path dir;

    @BeforeEach
    void nameJournal() {
        dir = folder.resolve("journal");
    }

    /** One segment that is sealed, and one of a writer that was killed. */
    private void writeTwoSegments() throws IOException {
        TestJournal.writeRun(dir, 1, 0, 1);
        TestJournal.writeKilledRun(dir, 1, LongStream.range(2, 2 + FRAMES).toArray());
    }

    private Map<String, Long> contents() throws IOException {
        Map<String, Long> lengths = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                lengths.put(dir.relativize(path).toString(), Files.size(path));
            }
        }
        lengths.remove(JournalLock.FILE_NAME);
        lengths.remove(ManifestFile.LOCK_NAME);
        return lengths;
    }

    private JournalProblem plannedRefusal() {
        return Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS)
                .journal()
                .refusal()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseALastSegmentWhoseHeadIsDamagedAndKeepWhatIsBehindIt(boolean hasMark) throws IOException {
        writeTwoSegments();
        Path file = TestJournal.dataFile(dir, 1);
        Frame head = TestJournal.frames(dir, 1).get(0);
        byte[] bytes = TestJournal.readBytes(file, head.offset() + 40, 1);
        bytes[0] ^= 4;
        TestJournal.writeBytes(file, head.offset() + 40, bytes);
        if (!hasMark) {
            Files.delete(dir.resolve(JournalMark.FILE_NAME));
        }
        Map<String, Long> before = contents();

        JournalProblem planned = plannedRefusal();
        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));

        assertEquals(planned, e.problem());
        assertEquals("segment-0000000001", planned.segment().orElse(""));
        assertFalse(TestJournal.verify(dir).isGood());
        assertEquals(before, contents());
        SalvageReport salvaged = Journals.salvage(dir, folder.resolve("new"), TestJournal.NO_PROGRESS);
        assertEquals(2 + FRAMES, salvaged.results());
    }

    @Test
    void shouldKeepAsideWhatWasWrittenByHalfAndNotAcknowledged() throws IOException {
        TestJournal.writeRun(dir, 1, 0, 1);
        TestJournal.writeKilledRun(dir, 1, 2);
        Path file = TestJournal.dataFile(dir, 1);
        Frame head = TestJournal.frames(dir, 1).get(0);
        byte[] half = TestJournal.readBytes(file, head.offset(), head.length() / 2);
        int behind = (int) (Files.size(file) - head.offset() + 4);
        TestJournal.writeBytes(file, head.offset() - 4, new byte[behind]);
        TestJournal.writeBytes(file, head.offset(), half);
        TestJournal.acknowledge(dir, 0, 4);

        RecoveryReport plan =
                Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS).journal();
        assertEquals(Optional.empty(), plan.refusal());
        assertEquals(List.of("segment-0000000001"), plan.segments().keptAside());
        assertEquals(List.of(), plan.segments().removed());
        try (JournalWriter<TestJournal.Line> writer = TestJournal.open(dir)) {
            assertEquals(
                    plan.segments().keptAside(), writer.recovery().segments().keptAside());
        }

        Path aside = dir.resolve("segment-0000000001.kept-1").resolve(file.getFileName());
        assertEquals(
                HexFormat.of().formatHex(half),
                HexFormat.of().formatHex(TestJournal.readBytes(aside, head.offset(), half.length)));
        assertTrue(TestJournal.verify(dir).isGood());
        TestJournal.writeRun(dir, 1, 2);
        assertEquals(3, TestJournal.read(dir, ReadOrder.SEQUENCE).size());
    }

    @Test
    void shouldDeleteASegmentThatNeverHeldAnything() throws IOException {
        TestJournal.writeRun(dir, 1, 0, 1);
        new SegmentWriter(JournalFolder.segment(dir, 1).folder(), FileDisk.INSTANCE, () -> {}).close();
        ManifestFile.update(dir, FileDisk.INSTANCE, manifest -> manifest.withBegun(1));

        assertEquals(
                List.of("segment-0000000001"),
                Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS)
                        .journal()
                        .segments()
                        .removed());
        TestJournal.writeRun(dir, 1, 2);
        assertTrue(TestJournal.verify(dir).isGood());
    }

    @Test
    void shouldKeepAsideAFolderInWhichSomebodyPutSomething() throws IOException {
        TestJournal.writeRun(dir, 1, 0, 1);
        Path unused = Files.createDirectory(JournalFolder.segment(dir, 7).folder());
        Files.writeString(unused.resolve("notes.txt"), "precious");

        assertEquals(
                List.of("segment-0000000007"),
                Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS)
                        .journal()
                        .segments()
                        .keptAside());
        TestJournal.writeRun(dir, 1, 2);

        assertEquals(
                "precious",
                Files.readString(dir.resolve("segment-0000000007.kept-1").resolve("notes.txt")));
        assertTrue(TestJournal.verify(dir).isGood());
    }

    @Test
    void shouldKeepAsideASegmentThatIsThoughtToBeUnusedAndIsNot() throws IOException {
        writeTwoSegments();
        long length = Files.size(TestJournal.dataFile(dir, 1));
        SegmentContent.deleteUnused(JournalFolder.segment(dir, 1), FileDisk.INSTANCE);
        Path aside = dir.resolve("segment-0000000001.kept-1");
        assertEquals(length, Files.size(aside.resolve(EmptyQueue.DATA_FILE)));
    }

    /** A journal of three segments whose manifest is one of another journal that has as many. */
    private void writeUnderAForeignManifest() throws IOException {
        Path other = folder.resolve("other");
        for (int i = 0; i < 6; i += 2) {
            TestJournal.writeRun(dir, 1, i, i + 1);
            TestJournal.writeRun(other, 1, i, i + 1);
        }
        Files.copy(
                other.resolve(ManifestFile.NAME), dir.resolve(ManifestFile.NAME), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void shouldNeitherGiveUpNorWriteOnUnderAForeignManifest() throws IOException {
        writeUnderAForeignManifest();
        Map<String, Long> before = contents();

        JournalRetention retention = JournalRetention.of(dir).below(4);
        assertTrue(assertThrows(JournalDamagedException.class, retention::plan)
                .getMessage()
                .contains("segment-0000000000: it belongs to another journal than the manifest"));
        assertThrows(JournalDamagedException.class, retention::apply);
        JournalProblem planned = plannedRefusal();
        assertEquals(
                planned,
                assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir))
                        .problem());
        assertThrows(JournalDamagedException.class, () -> TestJournal.read(dir, ReadOrder.SEQUENCE));
        assertFalse(TestJournal.verify(dir).isGood());
        assertEquals(before, contents());
        assertEquals(
                6,
                Journals.salvage(dir, folder.resolve("new"), TestJournal.NO_PROGRESS)
                        .results());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepAsideASegmentOfAnotherJournalWhereTheFirstOnesWereGivenUp(boolean isByRetention) throws IOException {
        Path other = folder.resolve("other");
        for (int i = 0; i < 6; i += 2) {
            TestJournal.writeRun(dir, 1, i, i + 1);
        }
        TestJournal.writeRun(other, 1, 0, 1);
        JournalRetention.of(dir).below(2).apply();
        Path moved = JournalFolder.segment(dir, 0).folder();
        Files.move(JournalFolder.segment(other, 0).folder(), moved);

        if (isByRetention) {
            JournalRetention.of(dir).below(4).apply();
        } else {
            assertEquals(
                    List.of("segment-0000000000"),
                    Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS)
                            .journal()
                            .segments()
                            .keptAside());
            TestJournal.writeRun(dir, 1, 6);
        }
        assertFalse(Files.exists(moved));
        assertTrue(Files.exists(dir.resolve("segment-0000000000.kept-1").resolve(EmptyQueue.DATA_FILE)));
        assertTrue(TestJournal.verify(dir).isGood());
    }

    @Test
    void shouldNotReadToItsEndAJournalInWhichAnotherOnesSegmentFollows() throws IOException {
        Path other = folder.resolve("other");
        for (int i = 0; i < 4; i += 2) {
            TestJournal.writeRun(dir, 1, i, i + 1);
            TestJournal.writeRun(other, 1, i, i + 1);
        }
        TestJournal.writeKilledRun(dir, 1, 4, 5);
        TestJournal.writeKilledRun(other, 1, 4, 5);
        Files.delete(dir.resolve(JournalMark.FILE_NAME)); // Which would tell that something is missing.
        IoUtil.delete(JournalFolder.segment(dir, 2).folder().toFile(), false);
        Files.move(
                JournalFolder.segment(other, 2).folder(),
                JournalFolder.segment(dir, 2).folder());

        JournalDamagedException e =
                assertThrows(JournalDamagedException.class, () -> TestJournal.read(dir, ReadOrder.JOURNAL));
        assertTrue(e.getMessage().contains("it belongs to another journal"), e.getMessage());
    }

    /** Reading and recovery agree: it is not what a crash leaves of a segment that nobody acknowledged. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseALastSegmentThatIsACopyOfAnotherThoughNothingWasAcknowledgedInIt(boolean isOfTheJournal)
            throws IOException {
        Path other = isOfTheJournal ? dir : folder.resolve("other");
        TestJournal.writeRun(dir, 1, 0, 1);
        if (!isOfTheJournal) {
            TestJournal.writeRun(other, 1, 0, 1);
        }
        TestJournal.writeKilledRun(dir, 1, 2);
        TestJournal.acknowledge(dir, 0, 4);
        Files.copy(TestJournal.dataFile(other, 0), TestJournal.dataFile(dir, 1), StandardCopyOption.REPLACE_EXISTING);
        Map<String, Long> before = contents();

        JournalProblem planned = plannedRefusal();
        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> TestJournal.open(dir));

        String why = "it belongs to " + (isOfTheJournal ? "segment 0" : "another journal");
        assertTrue(planned.message().contains(why), planned::message);
        assertEquals(planned, e.problem());
        assertFalse(TestJournal.verify(dir).isGood());
        assertThrows(JournalDamagedException.class, () -> TestJournal.read(dir, ReadOrder.JOURNAL));
        assertEquals(before, contents());
    }

    @Test
    void shouldDeleteOfAJournalOnlyWhatIsItsOwn() throws IOException {
        TestJournal.writeRun(dir, 1, 0, 1);
        Path notes = Files.writeString(dir.resolve("notes.txt"), "precious");
        JournalFolder.delete(dir, FileDisk.INSTANCE);
        assertEquals(Map.of("notes.txt", 8L), contents());
        Files.delete(notes);
        JournalFolder.delete(dir, FileDisk.INSTANCE);
        assertFalse(Files.exists(dir));
    }
}
