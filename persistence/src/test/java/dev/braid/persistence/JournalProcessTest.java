package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalProcessTest {
    @TempDir
    Path dir;

    @Test
    void shouldRefuseAWriterWhileAnotherProcessWrites() throws Exception {
        Process process = WriterProcess.start(dir);
        try (BufferedReader lines = process.inputReader()) {
            awaitLowWatermark(lines, 0);
            JournalLockedException e = assertThrows(JournalLockedException.class, () -> open(dir));
            assertEquals("journal " + dir + " is being written by another process", e.getMessage());
            List<Result> results = new ArrayList<>();
            try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
                readRest(reader, results); // Readers are welcome.
            }
            assertTrue(results.size() > 0);
        } finally {
            kill(process);
        }
        open(dir).close();
    }

    @Test
    void shouldLoseNothingThatWasWrittenWhenTheWriterIsKilled() throws Exception {
        long written = -1;
        for (int run = 0; run < 3; run++) {
            Process process = WriterProcess.start(dir);
            try (BufferedReader lines = process.inputReader()) {
                written = awaitLowWatermark(lines, written + 5000);
            } finally {
                kill(process);
            }
            List<Result> results = read(dir, ReadOrder.SEQUENCE);
            assertTrue(results.size() > written, results.size() + " results, " + written + " acknowledged");
            for (int i = 0; i < results.size(); i++) {
                assertEquals(i, results.get(i).sequence());
                assertEquals(text(i), results.get(i).text());
            }
            VerifyReport report = verify(dir);
            assertTrue(report.isGood(), report::toString);
            assertEquals(results.size(), report.results());
            written = results.size() - 1;
        }
    }

    private static long awaitLowWatermark(BufferedReader lines, long least) throws IOException {
        long lowWatermark;
        do {
            lowWatermark = Long.parseLong(lines.readLine());
        } while (lowWatermark < least);
        return lowWatermark;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
