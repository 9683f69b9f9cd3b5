package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What open takes, close gives back: memory, files, leases and threads; and what is closed cannot be used any more. */
class OpenAndCloseTest {
    private static final int READERS = 10_000;
    private static final int WRITERS = 50;
    private static final long TIMEOUT_S = 300;

    @TempDir
    Path dir;

    @Test
    void shouldGiveBackAtOnceWhatReadersAndWritersTook() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                Arrays.asList(System.getProperty("braid.jvm.flags").strip().split("\\s+")));
        // A heap of which so little is used that the garbage collector, which would free the rest, has nothing to do.
        command.addAll(List.of("-XX:+DisableExplicitGC", "-XX:MaxDirectMemorySize=64m", "-Xms1g", "-Xmx1g"));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), OpenAndCloseTest.class.getName(), dir.toString()));
        Path output = dir.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(
                    process.waitFor(TIMEOUT_S, TimeUnit.SECONDS),
                    () -> "not done within " + TIMEOUT_S + " s: " + text(output));
            assertEquals(0, process.exitValue(), () -> text(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The program. */
    public static void main(String[] args) throws Exception {
        Path journal = Path.of(args[0]).resolve("journal");
        writeRun(journal, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        readRound(journal, true);
        writeRound(journal.resolveSibling("first"), 0);
        long files = openFiles();
        int threads = Thread.activeCount();
        for (int i = 0; i < READERS; i++) {
            readRound(journal, i % 10 == 0);
        }
        for (int i = 1; i <= WRITERS; i++) {
            writeRound(journal.resolveSibling("journal-" + i), i);
        }
        check("open files", files, openFiles());
        check("threads", threads, Thread.activeCount());
        try (Stream<Path> leases = Files.list(journal.resolve("readers"))) {
            check("leases", 0, leases.count());
        }
    }

    private static void check(String what, long expected, long found) {
        if (found > expected) {
            throw new AssertionError(what + ": " + found + " after all rounds, " + expected + " after the first one");
        }
    }

    private static long openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(descriptors)) {
            return files.count();
        }
    }

    private static void readRound(Path journal, boolean isLeased) {
        JournalReaderBuilder builder = JournalReader.builder(journal);
        try (JournalReader reader = (isLeased ? builder : builder.withoutLease()).open()) {
            check("results", 10, reader.poll((s, sub, outcome, time, buffer, offset, length) -> {}, 100));
        }
    }

    private static void writeRound(Path folder, int round) {
        boolean isTenth = round % 10 == 0; // The thread of an input journal takes its time to end.
        Path journal = isTenth ? folder.resolveSibling("with-input") : folder;
        try (JournalWriter<Line> results = JournalWriter.builder(journal, CODEC)
                        .unfinished(Unfinished.RESEND)
                        .open();
                InputJournal<Line> input = isTenth
                        ? InputJournal.open(JournalWriter.builder(journal.resolve("input"), CODEC), results)
                        : null) {
            results.begin();
            long next = results.nextSequence();
            if (input != null) {
                accept(input, next, next + 10);
            }
            putAll(results, 4, LongStream.range(next, next + 10).toArray());
            results.onShutdown();
        }
        check("problems", 0, Journals.verify(journal, NO_PROGRESS).damages());
        if (isTenth) {
            Journals.salvage(journal, folder.resolveSibling("salvaged-" + round), NO_PROGRESS);
        }
    }

    private static void accept(InputJournal<Line> input, long from, long to) {
        input.onStart();
        for (long sequence = from; sequence < to; sequence++) {
            Line line = new Line();
            line.text = TestJournal.text(sequence);
            input.onRecord(line, sequence, -1, null);
        }
        input.onBatchEnd(to - 1);
        input.onShutdown();
    }

    @Test
    void shouldRefuseToPollAReaderThatIsClosed() {
        writeRun(dir, 2, 0, 1, 2, 3);
        JournalReader reader = JournalReader.open(dir, ReadOrder.JOURNAL);
        assertEquals(1, reader.poll((s, sub, outcome, time, buffer, offset, length) -> {}, 1));
        reader.close();
        reader.close();

        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> reader.poll((s, sub, outcome, time, buffer, offset, length) -> {}, 1));
        assertEquals("the reader of journal " + dir + " is closed", e.getMessage());
    }

    @Test
    void shouldCompleteThePollInWhichAHandlerClosesItsReader() {
        writeRun(dir, 2, 0, 1, 2, 3);
        List<String> texts = new ArrayList<>();
        JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE);
        reader.poll(
                (sequence, sub, outcome, time, buffer, offset, length) -> {
                    reader.close();
                    texts.add(buffer.getStringWithoutLengthUtf8(offset, length));
                },
                100);

        assertEquals("record 0", texts.get(0));
        assertThrows(IllegalStateException.class, () -> reader.poll((s, u, o, t, b, f, l) -> {}, 1));
    }

    @Test
    void shouldRefuseToShowFramesOnceClosed() {
        writeRun(dir, 2, 0, 1, 2, 3);
        JournalFrames frames = JournalFrames.open(dir, problem -> {});
        assertTrue(frames.next());
        frames.close();

        assertThrows(IllegalStateException.class, frames::next);
        assertThrows(IllegalStateException.class, frames::header);
        assertThrows(IllegalStateException.class, frames::bytes);
        assertThrows(IllegalStateException.class, () -> frames.forEachResult((s, u, o, t, b, f, l) -> {}));
    }
}
