package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was measured is not lost when a benchmark is killed, or one of its cases fails: with real processes. */
class BrokenOffTest {
    private static final int TERMINATED = 143;

    @TempDir
    private Path dir;

    /** Starts the command, sends it SIGTERM when a line has appeared, and returns what it then had printed. */
    private String terminateAt(String line, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--work", dir.resolve("work").toString()));
        Path out = dir.resolve("out");
        Process process = new ProcessBuilder(Fork.command(null, List.of(), BenchCommand.class, all))
                .redirectOutput(out.toFile())
                .start();
        StringBuilder seen = new StringBuilder();
        try (BufferedReader err = process.errorReader()) {
            String next = err.readLine();
            while (next != null && !next.startsWith(line)) {
                seen.append(next).append('\n');
                next = err.readLine();
            }
            assertNotNull(next, "no line '" + line + "':\n" + seen);
            process.toHandle().destroy(); // By itself, a process would close its streams, too.
            err.lines().forEach(each -> seen.append(each).append('\n'));
            assertEquals(TERMINATED, process.waitFor(), seen.toString());
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, dir.resolve("work").toFile().list().length, "left behind in the work folder");
        return Files.readString(out) + seen;
    }

    private static void assertIncomplete(JsonNode file, int atLeast) {
        assertFalse(file.get("complete").asBoolean(), file.toString());
        int done = file.at("/steps/done").asInt();
        assertTrue(
                done >= atLeast && done < file.at("/steps/of").asInt(),
                file.get("steps").toString());
        assertEquals(0, file.at("/steps/failed").size(), "what was killed is no failure: " + file.get("steps"));
    }

    @Test
    void shouldWriteWhatItHasWhenItIsTerminated() throws Exception {
        Path json = dir.resolve("latency.json");
        String printed =
                terminateAt("latency: 5 of 501", "latency", "--tiny", "--rounds", "100", "--json", json.toString());
        JsonNode file = BenchRun.read(json);
        assertIncomplete(file, 4);
        assertEquals("no-pipeline", file.at("/results/0/case").asText());
        assertEquals("braid-8", file.at("/results/1/case").asText());
        assertTrue(
                file.at("/ratios/0/name").asText().startsWith("braid-8/disruptor-1 p50, 10 k/s, busy-spin"),
                file.get("ratios").toString());
        assertTrue(printed.contains("latency, INCOMPLETE: 4 of 501 steps"), printed);

        BenchRun compared = new BenchRun("compare", json.toString(), json.toString());
        assertEquals(0, compared.status, compared.toString());
        assertTrue(compared.err.contains("Incomplete: 4 of 501 steps were done"), compared.err);
        BenchRun reported = new BenchRun("report", dir.toString());
        assertEquals(0, reported.status, reported.toString());
        for (String page : List.of(Report.PAGE, Report.TABLES)) {
            assertTrue(Files.readString(dir.resolve(page)).contains("Incomplete: 4 of 501 steps were done."), page);
        }
    }

    @Test
    void shouldWriteThatItHasNothingYet() throws Exception {
        Path json = dir.resolve("throughput.json");
        terminateAt("throughput: 1 of ", "throughput", "--quick", "--json", json.toString());
        JsonNode file = BenchRun.read(json);
        assertIncomplete(file, 0);
        assertEquals(0, file.get("results").size());
        BenchRun reported = new BenchRun("report", dir.toString());
        assertEquals(0, reported.status, reported.toString());
    }

    @Test
    void shouldReportWhatThereIsOfAll() throws Exception {
        Path report = dir.resolve("report");
        String printed = terminateAt(
                "journal: 2 of ",
                "all",
                "--tiny",
                "--only",
                "journal",
                "--only",
                "latency",
                "--report",
                report.toString());
        assertIncomplete(BenchRun.read(report.resolve("journal.json")), 1);
        assertFalse(Files.exists(report.resolve("latency.json")), "went on after it was terminated:\n" + printed);
        assertTrue(Files.readString(report.resolve(Report.PAGE)).contains("Incomplete: "), printed);
    }

    @Test
    void shouldGoOnAfterACaseThatFails() throws Exception {
        Path java = script(
                "if grep -q DISRUPTOR_1 \"${@: -2:1}\"; then echo 'starving' >&2; exit 3; fi",
                "exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' \"$@\"");
        Path json = dir.resolve("latency.json");
        BenchRun run = new BenchRun(
                "latency", "--tiny", "--jvm", java.toString(), "--json", json.toString(), "--work", dir.toString());
        assertEquals(1, run.status, run.toString());
        assertTrue(run.err.contains("failed, the others go on: disruptor-1, back-off"), run.err);
        assertTrue(run.err.contains("starving"), "the cause is told:\n" + run.err);
        assertTrue(run.out.contains("INCOMPLETE: 4 of 6 steps, 2 failed"), run.out);
        JsonNode file = BenchRun.read(json);
        assertFalse(file.get("complete").asBoolean());
        assertEquals("disruptor-1, busy-spin", file.at("/steps/failed/0/step").asText());
        assertEquals(4 * 3, file.get("results").size(), "at each load, the others:\n" + run.out);
        assertEquals(0, file.get("ratios").size(), file.toString());
    }

    private Path script(String... lines) throws IOException {
        Path script = dir.resolve("java.sh");
        Files.writeString(script, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }
}
