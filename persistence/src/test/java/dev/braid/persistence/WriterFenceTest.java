package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of two writers, only the one that came last acknowledges, in whatever way the first one lost its lock. */
class WriterFenceTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path dir;

    private Path journal() {
        return dir.resolve("journal");
    }

    /** How a lock is lost. */
    enum Loss {
        DELETED {
            @Override
            void happen(Path lockFile) throws IOException {
                Files.delete(lockFile);
            }
        },
        REPLACED_BY_A_COPY {
            @Override
            void happen(Path lockFile) throws IOException {
                replaceByCopy(lockFile);
            }
        },
        COPIED_IN_THE_WRITERS_OWN_JVM {
            @Override
            void happen(Path lockFile) throws IOException {
                Files.copy(lockFile, lockFile.resolveSibling("copy-of-the-lock"));
            }
        };

        abstract void happen(Path lockFile) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void shouldAcknowledgeNothingOnceAnotherWriterTookOver(Loss loss) throws Exception {
        JournalWriter<Line> first =
                JournalWriter.builder(journal(), CODEC).minFreeSpace(0).open();
        first.begin();
        for (int i = 0; i < 100; i++) {
            put(first, i, 0, text(i));
            first.onBatchEnd(i);
        }
        loss.happen(journal().resolve(JournalLock.FILE_NAME));
        Process second = WriterProcess.start(journal());
        try (BufferedReader lines = second.inputReader()) {
            assertTrue(Long.parseLong(lines.readLine()) >= 99, "what the first one acknowledged is there");

            JournalException e = assertThrows(JournalException.class, () -> {
                for (int i = 100; i < 200; i++) {
                    put(first, i, 0, "of the first one");
                    first.onBatchEnd(i);
                }
            });
            assertTrue(
                    e.getMessage().contains("process " + second.pid())
                            // In the meantime:
                            || loss == Loss.DELETED && e.getMessage().contains("was deleted")
                            || loss == Loss.REPLACED_BY_A_COPY
                                    && e.getMessage().contains("taken over by somebody who left no name"),
                    e.getMessage());
            assertEquals(99, first.durableSequence());
        } finally {
            second.destroyForcibly();
            second.waitFor();
        }
        first.onShutdown();
        first.close();

        VerifyReport report = verify(journal());
        assertTrue(report.isGood(), report::toString);
        List<Result> results = read(journal(), ReadOrder.SEQUENCE);
        assertTrue(results.size() >= 100);
        for (Result result : results) {
            assertEquals(text(result.sequence()), result.text());
        }
        writeRun(journal(), 1, results.size());
    }

    private static void replaceByCopy(Path lockFile) throws IOException {
        Path copy = lockFile.resolveSibling("copy-of-the-lock");
        Files.write(copy, FileLocks.readHeld(lockFile));
        Files.move(copy, lockFile, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the next writer finds, and whether the one before has mapped just that. */
    enum Found {
        SAME_FILE,
        COPY,
        DELETED,
        OLDER_FILE,
        OLDER_CONTENT,
        TRUNCATED,
        OF_ONE_THAT_WAS_KILLED_WHILE_IT_WAITED;

        void happen(Path lockFile, Path older) throws IOException {
            switch (this) {
                case SAME_FILE -> {}
                case COPY -> replaceByCopy(lockFile);
                case DELETED -> Files.delete(lockFile);
                case OLDER_FILE -> Files.move(older, lockFile, StandardCopyOption.REPLACE_EXISTING);
                case OLDER_CONTENT -> Files.write(lockFile, Files.readAllBytes(older));
                case TRUNCATED -> Files.write(lockFile, new byte[0]);
                case OF_ONE_THAT_WAS_KILLED_WHILE_IT_WAITED ->
                    Files.write(lockFile, LockFile.ofThisProcess(0, 2).encode().array());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldWaitUnlessTheLockFileIsTheOneThatTheLastWriterHasMapped(Found found) throws IOException {
        Path lockFile = journal().resolve(JournalLock.FILE_NAME);
        Path older = dir.resolve("older");
        writeRun(journal(), 1, 0);
        Files.move(lockFile, older); // With its inode, and epoch 1.
        writeRun(journal(), 1, 1);
        found.happen(lockFile, older);
        try (FileLocks.Lock lock = JournalLock.take(journal())) {
            assertEquals(
                    found == Found.SAME_FILE,
                    LockFile.read(lock.channel()).isOfLastWriter(JournalFiles.inode(lockFile), 2));
        }
        long startNs = System.nanoTime();
        WriterFence.take(journal(), FileDisk.INSTANCE).close();
        long tookNs = System.nanoTime() - startNs;
        assertTrue(found == Found.SAME_FILE || tookNs >= TimeUnit.MILLISECONDS.toNanos(200), tookNs + " ns");
        try (FileLocks.Lock lock = JournalLock.take(journal())) {
            assertTrue(LockFile.read(lock.channel()).isOfLastWriter(JournalFiles.inode(lockFile), 3));
        }
    }

    @Test
    void shouldDoubtALockFileWhereThereAreNoInodes() {
        assertFalse(LockFile.ofThisProcess(0, 3).isOfLastWriter(0, 3));
        assertTrue(LockFile.NOBODY.isOfLastWriter(0, 0), "there was no writer");
        assertFalse(LockFile.ofThisProcess(7, 1).isOfLastWriter(7, 0), "there was one, which began no manifest yet");
    }

    @Test
    void shouldAcknowledgeNoSequenceTwiceWhenTheLockFileIsReplacedByACopyOfItself() throws Exception {
        Process first = WriterProcess.start(journal());
        try (BufferedReader lines = first.inputReader()) {
            long acknowledged = 0;
            while (acknowledged < 5000) {
                acknowledged = Long.parseLong(lines.readLine());
            }
            replaceByCopy(journal().resolve(JournalLock.FILE_NAME));
            try (JournalWriter<Line> second = open(journal())) {
                long begun = second.lowWatermark();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    acknowledged = Long.parseLong(line);
                }
                assertTrue(acknowledged <= begun, acknowledged + " by the first, the second found " + begun);
                second.begin();
                putAll(second, 1, begun + 1);
                second.onShutdown();
            }
            assertOvertaken(first);
        } finally {
            first.destroyForcibly().waitFor();
        }
        VerifyReport report = verify(journal());
        assertTrue(report.isGood(), report::toString);
    }

    @Test
    void shouldNotBeginAJournalThatAnotherWriterHasBegunMeanwhile() throws IOException {
        Files.createDirectory(journal());
        try (WriterFence fence = WriterFence.take(journal(), FileDisk.INSTANCE)) {
            Manifest others = Manifest.beginning(1, 1, 0).withEpoch(fence.epoch(), -1); // By another lock file.
            ManifestFile.write(journal(), FileDisk.INSTANCE, others);
            assertThrows(JournalLockedException.class, () -> fence.begin(Manifest.beginning(2, 1, 0)));
            assertEquals(others, ManifestFile.read(journal()));
        }
    }

    /** What becomes of the file under a writer that has mapped it. */
    enum Overwritten {
        TRUNCATED(new byte[0]),
        CUT_SHORT(new byte[100]),
        ZEROS(new byte[LockFile.LENGTH]);

        private final byte[] content;

        Overwritten(byte[] content) {
            this.content = content;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameItsLockFileWhenThatIsOverwritten(Overwritten overwritten) throws IOException {
        Path lockFile = journal().resolve(JournalLock.FILE_NAME);
        writeRun(journal(), 1, 0);
        for (int warmUp : new int[] {0, 200_000}) { // Interpreted, and compiled.
            try (WriterFence fence = WriterFence.take(journal(), FileDisk.INSTANCE)) {
                for (int i = 0; i < warmUp; i++) {
                    fence.check();
                }
                overwrite(lockFile, overwritten.content);
                for (int i = 0; i < 3; i++) {
                    assertStopped(lockFile, fence::check);
                    assertStopped(lockFile, fence::look);
                }
            }
        }
    }

    /** In compiled code the JVM says that the file has no such page when that is left, where nobody can tell which file. */
    private static void assertStopped(Path lockFile, Executable look) {
        Throwable stopped = assertThrows(Throwable.class, look);
        if (stopped instanceof InternalError) {
            assertTrue(stopped.getMessage().contains("unsafe memory access"), stopped.getMessage());
        } else {
            assertNamed(lockFile, assertInstanceOf(JournalLockedException.class, stopped));
        }
    }

    private static void assertNamed(Path lockFile, JournalLockedException e) {
        assertTrue(e.getMessage().contains(lockFile.toString()), e.getMessage());
        assertFalse(e.getMessage().contains("process 0"), e.getMessage());
        assertFalse(e.getMessage().contains("1970"), e.getMessage());
    }

    /** Closing it frees the lock, too, which does not matter here. */
    private static void overwrite(Path file, byte[] content) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(0);
            out.write(content);
        }
    }

    @Test
    void shouldLeaveTheEpochAloneWhenAStartIsRefusedByWhatIsThere() throws IOException {
        try (JournalWriter<Line> writer = open(journal())) {
            writer.begin();
            put(writer, 0, 0, text(0));
            put(writer, 2, 0, text(2));
            writer.onBatchEnd(0);
            writer.onShutdown();
        }
        Path lockFile = journal().resolve(JournalLock.FILE_NAME);
        replaceByCopy(lockFile);
        byte[] lock = Files.readAllBytes(lockFile);
        byte[] manifest = Files.readAllBytes(journal().resolve(ManifestFile.NAME));
        JournalWriterBuilder<Line> builder = JournalWriter.builder(journal(), CODEC);
        JournalException e = assertThrows(JournalException.class, builder::open);
        assertTrue(e.getMessage().contains("cannot be continued"), e.getMessage());
        assertThrows(JournalNotEmptyException.class, builder.requireEmpty()::open);
        assertArrayEquals(lock, Files.readAllBytes(lockFile));
        assertArrayEquals(manifest, Files.readAllBytes(journal().resolve(ManifestFile.NAME)));
    }

    @Test
    void shouldStopWhenItsLockFileIsGone() throws IOException {
        JournalWriter<Line> writer = open(journal());
        writer.begin();
        put(writer, 0, 0, text(0));
        writer.onBatchEnd(0);
        Files.delete(journal().resolve(JournalLock.FILE_NAME));

        JournalException stopped = null;
        long startNs = System.nanoTime();
        while (stopped == null && System.nanoTime() - startNs < TIMEOUT_NS) {
            try {
                writer.onIdle();
                Thread.onSpinWait(); // A thread of its own looks after the file.
            } catch (JournalException e) {
                stopped = e;
            }
        }
        assertTrue(stopped != null, "an idle writer without its lock file goes on after 60 s");
        assertTrue(stopped.getMessage().contains("was deleted"), stopped.getMessage());
        writer.onShutdown();
        writer.close();
        assertEquals(1, read(journal(), ReadOrder.SEQUENCE).size());
        writeRun(journal(), 1, 1);
    }

    @Test
    void shouldRaiseTheEpochWithEveryWriter() {
        for (int epoch = 1; epoch <= 3; epoch++) {
            writeRun(journal(), 1, epoch - 1);
            assertEquals(epoch, ManifestFile.read(journal()).epoch());
        }
    }

    @Test
    void shouldAcknowledgeNothingAfterItWasStoppedWhileAnotherWriterTookOver() throws Exception {
        Process first = WriterProcess.start(journal());
        Process second = null;
        try (BufferedReader lines = first.inputReader()) {
            while (Long.parseLong(lines.readLine()) < 5000) {
                // Go on.
            }
            signal(first, "STOP");
            Files.delete(journal().resolve(JournalLock.FILE_NAME));
            second = WriterProcess.start(journal());
            try (BufferedReader others = second.inputReader()) {
                long begun = Long.parseLong(others.readLine());
                signal(first, "CONT");
                long acknowledged = last(lines, 0);
                assertTrue(
                        acknowledged <= begun, acknowledged + " acknowledged by the first, the other found " + begun);
                assertOvertaken(first);
                while (Long.parseLong(others.readLine()) < begun + 5000) {
                    // Go on.
                }
            }
        } finally {
            kill(first, second);
        }
        VerifyReport report = verify(journal());
        assertTrue(report.isGood(), report::toString);
        writeRun(journal(), 1, report.results());
    }

    @Test
    void shouldAcknowledgeNothingThoughItsLockFileWasMovedBackOnceAnotherWriterTookOver() throws Exception {
        Path lockFile = journal().resolve(JournalLock.FILE_NAME);
        Path aside = dir.resolve("aside");
        Process first = WriterProcess.start(journal());
        Process second = null;
        try (BufferedReader lines = first.inputReader()) {
            while (Long.parseLong(lines.readLine()) < 5000) {
                // Go on.
            }
            signal(first, "STOP");
            Files.move(lockFile, aside);
            second = WriterProcess.start(journal());
            try (BufferedReader others = second.inputReader()) {
                long begun = Long.parseLong(others.readLine());
                while (Long.parseLong(others.readLine()) < begun + 5000) {
                    // Go on.
                }
                Files.move(aside, lockFile, StandardCopyOption.REPLACE_EXISTING);
                signal(first, "CONT");
                long acknowledged = last(lines, -1);
                assertTrue(
                        acknowledged <= begun, acknowledged + " acknowledged by the first, the other found " + begun);
                assertOvertaken(first);
                long byTheOther = last(others, begun);
                assertOvertaken(second);
                assertTrue(verify(journal()).results() > byTheOther);
            }
        } finally {
            kill(first, second);
        }
        VerifyReport report = verify(journal());
        assertTrue(report.isGood(), report::toString);
        writeRun(journal(), 1, report.results());
    }

    /** The last of the numbers that are still to come. */
    private static long last(BufferedReader lines, long before) throws IOException {
        long last = before;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            last = Long.parseLong(line);
        }
        return last;
    }

    private static void assertOvertaken(Process writer) throws InterruptedException {
        assertTrue(writer.waitFor(60, TimeUnit.SECONDS), "a writer that was overtaken goes on after 60 s");
        assertEquals(WriterProcess.OVERTAKEN, writer.exitValue());
    }

    private static void kill(Process... processes) throws InterruptedException {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static void signal(Process process, String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid())
                .inheritIO()
                .start();
        assertEquals(0, kill.waitFor());
    }

    @Test
    void shouldNotMindThatTheManifestsLockIsDeleted() throws IOException {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(journal(), CODEC).segmentSize(64 * 1024).open()) {
            writer.begin();
            for (int i = 0; i < 2000; i++) {
                Files.deleteIfExists(journal().resolve(ManifestFile.LOCK_NAME));
                put(writer, i, 0, text(i) + "-".repeat(200));
                writer.onBatchEnd(i);
                if (i % 100 == 99) {
                    JournalRetention.of(journal()).below(Math.max(0, i - 1000)).apply();
                }
            }
            writer.onShutdown();
        }
        VerifyReport report = verify(journal());
        assertTrue(report.isGood(), report::toString);
        assertTrue(JournalFolder.segments(journal()).get(0).number() > 0);
        writeRun(journal(), 1, 2000);
    }

    @Test
    void shouldSayThatWhatAReaderWithoutItsLeaseIsAboutToReadWasGivenUp() throws IOException {
        writeRun(journal(), 1, 0, 1);
        writeRun(journal(), 1, 2, 3);
        writeRun(journal(), 1, 4);
        try (JournalReader reader = JournalReader.open(journal(), ReadOrder.JOURNAL)) {
            for (Path lease : JournalFiles.list(journal().resolve(ReaderLease.FOLDER_NAME), "*", false)) {
                Files.delete(lease);
            }
            JournalRetention.of(journal()).below(4).apply();
            JournalException e = assertThrows(JournalException.class, () -> readRest(reader, new ArrayList<>()));
            assertTrue(e.getMessage().contains("were given up before they were read"), e.getMessage());
        }
    }
}
