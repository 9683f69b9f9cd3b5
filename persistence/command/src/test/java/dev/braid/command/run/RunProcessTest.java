package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.BraidProcess;
import dev.braid.command.Json;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.Journals;
import dev.braid.persistence.ProgressListener;
import dev.braid.persistence.SegmentEnd;
import dev.braid.persistence.VerifyReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A run as a process of its own, whose input does not end. */
class RunProcessTest {
    private static final int TIMEOUT_S = 60;
    private static final int ENDED_BY_SIGTERM = 128 + 15;
    private static final int ENDED_BY_SIGINT = 128 + 2;
    private static final long INTERRUPT_BIT = 1 << 1;
    private static final int STARTS = 12;
    private static final int LONGEST_START_MS = 1_200;

    @TempDir
    private Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private static void awaitResults(Process process, Path journal, long results) throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!Journals.isJournal(journal) || Journals.describe(journal).results() < results) {
            assertTrue(System.nanoTime() < deadlineNs, "not " + results + " results in " + TIMEOUT_S + " s");
            assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), "the run ended by itself");
        }
    }

    private void shouldEndInGoodOrder(String... options) throws IOException, InterruptedException {
        Path journal = Files.createTempDirectory(folder, "journal");
        Path summary = folder.resolve("summary.json");
        List<String> args = new ArrayList<>(List.of("run", "--input", "-", "--journal", journal.toString()));
        args.addAll(List.of("--summary", summary.toString()));
        args.addAll(List.of(options));
        Process process = BraidProcess.startPatient(folder, args.toArray(String[]::new));
        try (OutputStream in = process.getOutputStream()) {
            in.write("a\nb\na\npart of a li".getBytes(StandardCharsets.UTF_8));
            in.flush();
            awaitResults(process, journal, 3);

            process.toHandle().destroy(); // That of the process itself closes its input, too.

            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the run did not end");
        } finally {
            process.destroyForcibly();
        }
        String err = Files.readString(folder.resolve("err"));
        assertEquals(ENDED_BY_SIGTERM, process.exitValue(), err);
        assertEquals("interrupted after 3 records; go on with --resume", err.strip());
        VerifyReport report = Journals.verify(journal, ProgressListener.NONE);
        assertTrue(report.problems().isEmpty(), report::toString);
        assertTrue(Journals.describe(journal).segments().get(0).atEnd().end() == SegmentEnd.CLOSED);
        assertEquals(3, Journals.describe(journal).outcomes().processed());
        assertEquals(3, report.results());
        String out = Files.readString(folder.resolve("out"));
        assertTrue(out.lines().anyMatch(line -> line.matches("processed +3")), out);
        assertTrue(out.contains("replay:  braid replay " + journal), out);
        assertEquals("3", Json.object(Files.readString(summary)).get("records"));
    }

    /** Whether Ctrl-C is ignored here, as by what a script runs in the background: so it is by what is started from here. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.exists(status)
                || Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & INTERRUPT_BIT) != 0);
    }

    @Test
    void shouldEndInGoodOrderWhenToldToWhileItStarts() throws IOException, InterruptedException {
        Random random = seed.random();
        boolean isIgnored = isInterruptIgnored();
        Path journal = folder.resolve("journal");
        String[] args = {"run", "--resume", "--input", "-", "--journal", "" + journal, "--input-journal", "process"};
        for (int round = 0; round < STARTS; round++) {
            String where = "start " + round + ": ";
            Process process = BraidProcess.start(folder, args);
            try (OutputStream in = process.getOutputStream()) {
                in.write("a\nb\n".getBytes(StandardCharsets.UTF_8));
                in.flush();
                process.waitFor(random.nextInt(LONGEST_START_MS), TimeUnit.MILLISECONDS); // That is when it is told.
                new ProcessBuilder("kill", isIgnored ? "-TERM" : "-INT", "" + process.pid())
                        .inheritIO()
                        .start()
                        .waitFor();
                assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), where + "the run did not end");
            } finally {
                process.destroyForcibly();
            }
            String err = Files.readString(folder.resolve("err"));
            assertEquals(isIgnored ? ENDED_BY_SIGTERM : ENDED_BY_SIGINT, process.exitValue(), where + err);
            assertTrue(err.lines().allMatch(RunProcessTest::isExpectedOfAStop), where + err);
            if (Journals.isJournal(journal) && Files.exists(journal.resolve("manifest"))) {
                VerifyReport report = Journals.verify(journal, ProgressListener.NONE);
                assertTrue(report.isGood(), () -> where + report);
            }
        }
    }

    /** The last of these is the JDK's, from 21 on, where it is told to end before it has started its logging. */
    private static boolean isExpectedOfAStop(String line) {
        return line.startsWith("resuming: ")
                || line.startsWith("interrupted after ")
                || line.matches("Runtime\\.exit\\(\\d+\\) logging failed: .*");
    }

    /** The regular expression takes minutes for this line; promised are 2 s, and the rest is for a machine that is busy. */
    @Test
    void shouldBeCutOffInARecordThatTakesLong() throws IOException, InterruptedException {
        Path journal = folder.resolve("journal");
        String regex = "(a{0,500}b)";
        Process process =
                BraidProcess.start(folder, "run", "--input", "-", "--key-regex", regex, "--journal", "" + journal);
        try (OutputStream in = process.getOutputStream()) {
            in.write("ab\nab\n".getBytes(StandardCharsets.UTF_8));
            in.flush();
            awaitResults(process, journal, 2);
            in.write(("a".repeat(8_000_000) + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush(); // All but what is in the pipe was read.
            process.toHandle().destroy();
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the run did not end");
        } finally {
            process.destroyForcibly();
        }
        String err = Files.readString(folder.resolve("err"));
        assertEquals(ENDED_BY_SIGTERM, process.exitValue(), err);
        assertEquals("interrupted after 2 records; go on with --resume", err.strip());
        assertEquals(2, Journals.verify(journal, ProgressListener.NONE).results());
    }

    @Test
    void shouldEndInGoodOrderWhenToldTo() throws IOException, InterruptedException {
        shouldEndInGoodOrder();
        shouldEndInGoodOrder("--threads", "invoker");
    }
}
