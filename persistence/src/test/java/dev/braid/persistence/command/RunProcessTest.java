package dev.braid.persistence.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.Journals;
import dev.braid.persistence.SegmentEnd;
import dev.braid.persistence.VerifyReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run as a process of its own, whose input does not end. */
class RunProcessTest {
    private static final int TIMEOUT_S = 60;
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @TempDir
    private Path folder;

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
        Process process = BraidProcess.start(folder, args.toArray(String[]::new));
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
        assertEquals("", err);
        VerifyReport report = Journals.verify(journal, (done, total) -> {});
        assertTrue(report.problems().isEmpty(), report::toString);
        assertTrue(Journals.describe(journal).segments().get(0).end() == SegmentEnd.CLOSED);
        assertEquals(3, Journals.describe(journal).processed());
        assertEquals(3, report.results());
        String out = Files.readString(folder.resolve("out"));
        assertTrue(out.lines().anyMatch(line -> line.matches("processed +3")), out);
        assertTrue(out.contains("replay:  braid replay " + journal), out);
        assertEquals("3", Json.object(Files.readString(summary)).get("records"));
    }

    @Test
    void shouldEndInGoodOrderWhenToldTo() throws IOException, InterruptedException {
        shouldEndInGoodOrder();
        shouldEndInGoodOrder("--threads", "invoker");
    }
}
