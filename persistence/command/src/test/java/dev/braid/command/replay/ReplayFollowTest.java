package dev.braid.command.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.BraidProcess;
import dev.braid.persistence.WriterProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replay of a journal that another process is writing. */
class ReplayFollowTest {
    private static final int TIMEOUT_S = 60;
    private static final int ENDED_BY_SIGTERM = 128 + 15;
    private static final long SEGMENT_SIZE = 64 * 1024;
    private static final int RESULTS = 20_000;

    @TempDir
    private Path folder;

    private Path journal;

    private Process startWriter() throws IOException {
        journal = folder.resolve("journal");
        Process writer = WriterProcess.start(journal, SEGMENT_SIZE);
        BufferedReader lines = writer.inputReader();
        assertEquals("-1", lines.readLine());
        Thread drain = new Thread(() -> drain(lines), "drain");
        drain.setDaemon(true);
        drain.start();
        return writer;
    }

    private static void drain(BufferedReader lines) {
        try {
            lines.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // The writer was killed.
        }
    }

    private static void assertEnds(Process process) throws InterruptedException {
        assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the replay did not end in " + TIMEOUT_S + " s");
    }

    @Test
    void shouldFollowAWriterThroughItsSegments() throws IOException, InterruptedException {
        String[][] options = {{"--order", "sequence"}, {"--order", "journal"}, {"--durable-only"}};
        for (String[] option : options) {
            Process writer = startWriter();
            String last = Integer.toString(RESULTS - 1);
            Process replay = BraidProcess.startPatient(
                    folder,
                    Stream.of(Stream.of("replay", journal.toString(), "--follow", "--format", "csv"), Stream.of(option))
                            .flatMap(args -> args)
                            .toArray(String[]::new));
            try {
                awaitLine(replay, last + ",");
            } finally {
                replay.toHandle().destroy();
                assertEnds(replay);
                writer.destroyForcibly().waitFor();
            }
            assertEquals(ENDED_BY_SIGTERM, replay.exitValue());
            assertEquals("", Files.readString(folder.resolve("err")));
            List<String> lines = Files.readAllLines(folder.resolve("out"));
            assertTrue(lines.size() > RESULTS, () -> lines.size() + " lines");
            for (int i = 1; i < lines.size(); i++) {
                String line = lines.get(i);
                assertTrue(line.startsWith(i - 1 + ","), line);
                assertTrue(line.split(",").length == 5, line);
            }
            try (Stream<Path> segments = Files.list(journal)) {
                long count = segments.filter(
                                path -> path.getFileName().toString().startsWith("segment-"))
                        .count();
                assertTrue(count > 3, () -> count + " segments");
            }
            IoUtil.delete(journal.toFile(), false);
        }
    }

    @Test
    void shouldEndWhereItIsTold() throws IOException, InterruptedException {
        Process writer = startWriter();
        try {
            Process replay = BraidProcess.start(
                    folder, "replay", journal.toString(), "--follow", "--to-sequence", "999", "--format", "count");
            assertEnds(replay);
            assertEquals(0, replay.exitValue());
            assertEquals("1000\n", Files.readString(folder.resolve("out")));
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    private void awaitLine(Process replay, String start) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!Files.readString(folder.resolve("out")).contains("\n" + start)) {
            assertTrue(System.nanoTime() < deadlineNs, "no line " + start + "… in " + TIMEOUT_S + " s");
            assertFalse(
                    replay.waitFor(20, TimeUnit.MILLISECONDS),
                    () -> "the replay ended by itself with status " + replay.exitValue());
        }
    }
}
