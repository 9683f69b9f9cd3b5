package dev.braid.command.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.BraidProcess;
import dev.braid.command.Json;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineStats;
import dev.braid.engine.HandlerGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of a run in another process. */
class StatTest {
    private static final int TIMEOUT_S = 60;
    private static final int LINES = 300;

    @TempDir
    private Path folder;

    @Test
    void shouldShowARunInAnotherProcessAndWhatBecameOfIt() throws IOException, InterruptedException {
        Path journal = folder.resolve("journal");
        Process run = BraidProcess.start(
                folder,
                "run",
                "--input",
                "-",
                "--threads",
                "2",
                "--group",
                "gold=3:a,b",
                "--group",
                "bronze=1:c",
                "--journal",
                journal.toString());
        try (OutputStream in = run.getOutputStream()) {
            in.write("a\nb\nc\n".repeat(LINES / 3).getBytes(StandardCharsets.UTF_8));
            in.flush();
            Map<?, ?> live = awaitHandled(run, journal, LINES);
            assertEquals("running", live.get("state"));
            assertEquals(Long.toString(run.pid()), live.get("process"));
            Map<?, ?> gold = (Map<?, ?>) ((List<?>) live.get("groups")).get(0);
            assertEquals("gold", gold.get("name"));
            assertEquals("3", gold.get("weight"));
            assertEquals("0.75", gold.get("p"));
            assertEquals("200", gold.get("accepted"));
            assertEquals("0", gold.get("backlog"));
            assertEquals(4, ((List<?>) live.get("threads")).size(), "conductor, two workers, merge");

            Braid table = Braid.run("stat", journal.toString());
            assertEquals(0, table.status(), table.err());
            assertTrue(table.text().contains("engine of process " + run.pid() + ", running"), table.text());
            assertTrue(table.lines().stream().anyMatch(line -> line.matches("gold +3 +0\\.750 .*")), table.text());

            run.destroyForcibly();
            assertTrue(run.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the run did not end");
        } finally {
            run.destroyForcibly();
        }
        Braid gone = Braid.run("stat", journal.toString(), "--json", "--count", "3", "--interval", "0.01");
        assertEquals(1, gone.lines().size(), "once, for nothing will change");
        assertEquals("gone", Json.object(gone.text()).get("state"));
    }

    /** Until the run's counters, which are brought up to date once a second, say that so many were handled. */
    private static Map<?, ?> awaitHandled(Process run, Path journal, long handled)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (true) {
            assertTrue(System.nanoTime() < deadlineNs, "not " + handled + " handled in " + TIMEOUT_S + " s");
            assertFalse(run.waitFor(20, TimeUnit.MILLISECONDS), "the run ended by itself");
            if (Files.exists(journal.resolve("counters.dat"))) {
                Map<?, ?> stat = Json.object(
                        Braid.run("stat", journal.toString(), "--json").text());
                long sum = 0;
                for (Object group : (List<?>) stat.get("groups")) {
                    sum += Long.parseLong((String) ((Map<?, ?>) group).get("handled"));
                }
                if (sum == handled) {
                    return stat;
                }
            }
        }
    }

    @Test
    void shouldShowTheEndOfARun() throws IOException {
        Path journal = folder.resolve("journal");
        Braid.withInput("a\nb\na\n", "run", "--input", "-", "--journal", journal.toString());

        Braid stat = Braid.run("stat", journal.resolve("counters.dat").toString(), "--json");

        Map<?, ?> numbers = Json.object(stat.text());
        assertEquals("closed", numbers.get("state"));
        assertEquals("2", numbers.get("lowWatermark"));
        assertEquals(numbers.get("ringSize"), numbers.get("ringFree"));
    }

    @Test
    void shouldShowAHandlerThatIsStuck() throws IOException, InterruptedException {
        Path file = folder.resolve("counters.dat");
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Object> engine = BraidEngine.<Object>builder(Object::new)
                .countersFile(file)
                .group(HandlerGroup.named("gold").weight(1).subStreams(1, id -> (record, sequence, end) -> {
                    assertTrue(release.await(TIMEOUT_S, TimeUnit.SECONDS), "released");
                }))
                .start();
        engine.ingress().publish((record, sequence) -> {});
        long startNs = System.nanoTime();
        while (EngineStats.map(file).threads().get(0).call().isEmpty()) {
            assertTrue(
                    System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(TIMEOUT_S), "the call is not in the file");
            Thread.onSpinWait();
        }

        Braid table = Braid.run("stat", file.toString(), "--count", "1");
        Map<?, ?> numbers =
                Json.object(Braid.run("stat", file.toString(), "--json").text());
        release.countDown();
        engine.close();

        assertTrue(table.text().contains("has been handling sequence 0 (group gold) for"), table.text());
        Map<?, ?> thread = (Map<?, ?>) ((List<?>) numbers.get("threads")).get(0);
        assertEquals("gold", ((Map<?, ?>) thread.get("handling")).get("group"));
        assertEquals("0", ((Map<?, ?>) thread.get("handling")).get("sequence"));
    }

    @Test
    void shouldNameAFileThatIsNoneOfCounters() throws IOException {
        Path file = Files.writeString(folder.resolve("counters.dat"), "something else");

        Braid stat = Braid.run("stat", folder.toString());

        assertEquals(1, stat.status());
        assertTrue(stat.err().contains(file.toString()), stat.err());
    }
}
