package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
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
        first.onStart();
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
                            || loss == Loss.DELETED && e.getMessage().contains("was deleted"), // In the meantime.
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

    @Test
    void shouldStopWhenItsLockFileIsGone() throws IOException {
        JournalWriter<Line> writer = open(journal());
        writer.onStart();
        put(writer, 0, 0, text(0));
        writer.onBatchEnd(0);
        Files.delete(journal().resolve(JournalLock.FILE_NAME));

        JournalException stopped = null;
        long startNs = System.nanoTime();
        while (stopped == null && System.nanoTime() - startNs < TIMEOUT_NS) {
            try {
                writer.onIdle();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
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
}
