package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.FaultyDisk.Kind;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full to the last byte, or cannot be written at all. */
class FullDiskTest {
    private static final int SEGMENTS = 4;

    @TempDir
    Path folder;

    private interface Check {
        void on(SmallDisk disk, Path journal) throws Exception;
    }

    /** On a disk with a journal that has segments of two results each. */
    private void withJournal(Check check) throws Exception {
        try (SmallDisk disk = new SmallDisk(folder.resolve("small"))) {
            Path journal = disk.mount().resolve("journal");
            for (int i = 0; i < SEGMENTS; i++) {
                try (JournalWriter<Line> writer = JournalWriter.builder(journal, TestJournal.CODEC)
                        .minFreeSpace(0)
                        .open()) {
                    writer.begin();
                    TestJournal.putAll(writer, 1, 2L * i, 2L * i + 1);
                    writer.onShutdown();
                }
            }
            check.on(disk, journal);
        }
    }

    private static void checkReading(Path journal) {
        List<ProblemKind> notes = new ArrayList<>();
        List<TestJournal.Result> results = new ArrayList<>();
        JournalReaderBuilder builder = JournalReader.builder(journal).onProblem(problem -> notes.add(problem.kind()));
        try (JournalReader reader = builder.open()) {
            TestJournal.readRest(reader, results);
        }
        assertEquals(2 * SEGMENTS, results.size());
        assertEquals(List.of(ProblemKind.NO_LEASE), notes);
        assertEquals(2 * SEGMENTS, TestJournal.read(journal, ReadOrder.JOURNAL).size());
        assertEquals(2 * SEGMENTS, Journals.describe(journal).results());
        assertTrue(TestJournal.verify(journal).isGood());
        assertFalse(
                Journals.recoveryPlan(journal, null, TestJournal.NO_PROGRESS).isRefused());
        assertTrue(Journals.compare(journal, journal, ReadOrder.SEQUENCE, TestJournal.NO_PROGRESS)
                .isSame());
        try (JournalFrames frames = JournalFrames.open(journal, problem -> {})) {
            assertTrue(frames.next());
        }
    }

    @Test
    void shouldBeReadWhereNothingCanBeWrittenAndLeaveNoLease() throws Exception {
        withJournal((disk, journal) -> {
            disk.fillUp();
            checkReading(journal);
            assertEquals(List.of(), ReaderLease.held(journal));
            assertEquals(List.of(), JournalFiles.list(journal.resolve(ReaderLease.FOLDER_NAME), "*", false));
            disk.free();
            assertEquals(
                    SEGMENTS - 1,
                    JournalRetention.of(journal)
                            .below(Long.MAX_VALUE)
                            .apply()
                            .deleted()
                            .size());
        });
    }

    @Test
    void shouldBeReadOnADiskThatIsReadOnly() throws Exception {
        withJournal((disk, journal) -> {
            disk.makeReadOnly();
            checkReading(journal);
        });
    }

    @Test
    void shouldFreeSpaceByRetention() throws Exception {
        withJournal((disk, journal) -> {
            disk.fillUp();
            long before = disk.mount().toFile().getFreeSpace();
            RetentionReport report = JournalRetention.of(journal).below(4).apply();
            assertEquals(2, report.deleted().size());
            assertTrue(disk.mount().toFile().getFreeSpace() > before + (1 << 20), "nothing was freed");
            assertTrue(TestJournal.verify(journal).isGood());
            assertEquals(4, Journals.describe(journal).sequences().first());
            disk.free();
            TestJournal.writeRun(journal, 1, 2 * SEGMENTS);
            assertTrue(TestJournal.verify(journal).isGood());
        });
    }

    @Test
    void shouldRefuseToBeginASegmentByAnExceptionAndGoOnWhenThereIsSpace() throws Exception {
        withJournal((disk, journal) -> {
            disk.fillUp();
            JournalWriterBuilder<Line> builder = JournalWriter.builder(journal, TestJournal.CODEC);
            assertThrows(JournalException.class, builder::open);
            assertThrows(JournalException.class, () -> builder.minFreeSpace(0).open());
            assertTrue(TestJournal.verify(journal).isGood());
            disk.free();
            TestJournal.writeRun(journal, 1, 2 * SEGMENTS);
            assertTrue(TestJournal.verify(journal).isGood());
        });
    }

    @Test
    void shouldRefuseACountersFileByAnException() throws Exception {
        withJournal((disk, journal) -> {
            disk.fillUp();
            var builder = BraidEngine.builder(Line::new)
                    .countersFile(journal.resolve("counters"))
                    .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (line, sequence, endOfBatch) -> {}));
            assertThrows(UncheckedIOException.class, builder::build);
        });
    }

    @Test
    void shouldGoOnWhenTheCountersFileIsCutShortAndHasNoRoomAnyMore() throws Exception {
        withJournal((disk, journal) -> {
            Path file = journal.resolve("counters");
            BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
            List<Throwable> errors = new CopyOnWriteArrayList<>();
            long[] handled = new long[1];
            try (BraidEngine<Line> engine = BraidEngine.builder(Line::new)
                    .countersFile(file)
                    .onWarning(warnings::add)
                    .onError(errors::add)
                    .group(HandlerGroup.named("all")
                            .weight(1)
                            .subStreams(1, id -> (line, sequence, endOfBatch) -> handled[0]++))
                    .start()) {
                disk.fillUp();
                String warning = null;
                for (int i = 0; warning == null && i < 30; i++) {
                    Files.write(file, new byte[0]);
                    takeWhatIsFree(disk.mount().resolve("more" + i)); // Perhaps the engine was quicker.
                    warning = warnings.poll(2, TimeUnit.SECONDS);
                }
                assertTrue(warning != null && warning.contains(file.toString()), "warning in 60 s: " + warning);
                engine.ingress().publish((line, sequence) -> {});
            }
            assertEquals(1, handled[0]);
            assertEquals(List.of(), errors);
            assertEquals(0, warnings.size(), "told once: " + warnings);
        });
    }

    private static void takeWhatIsFree(Path ballast) {
        byte[] block = new byte[1 << 10];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // The disk is full.
        }
    }

    @Test
    void shouldForceTheNamesOfAllFoldersThatItMakes() throws IOException {
        FaultyDisk disk = new FaultyDisk(operation -> {});
        Path journal = folder.resolve("a").resolve("b").resolve("journal");
        JournalWriter.builder(journal, TestJournal.CODEC)
                .durability(Durability.DISK)
                .disk(disk)
                .open()
                .close();
        for (Path made = journal; !made.equals(folder); made = made.getParent()) {
            Path parent = made.getParent();
            assertTrue(
                    disk.operations().stream()
                            .anyMatch(operation -> operation.kind() == Kind.FORCE_FOLDER
                                    && operation.path().equals(parent)),
                    "the name of " + made + " was not forced");
        }
        assertTrue(Files.exists(journal.resolve(JournalMark.FILE_NAME)));
    }
}
