package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark runs, and writes what other tools read. Its figures are for a quiet machine, and not looked at here. */
class FairnessBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String... args) {
        CommandLine command = new CommandLine(new FairnessBench(new PrintStream(out, true, StandardCharsets.UTF_8)));
        command.setErr(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8));
        return command.execute(args);
    }

    @Test
    void shouldWriteItsResults(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("f.json");
        int status = run("--quick", "--case", "8:4:2:1", "--json", json.toString());
        assertTrue(status == 0 || status == 1, "status " + status);
        String text = Files.readString(json);
        assertTrue(
                text.matches(
                        "\\{\"bench\":\"fairness\",\"results\":\\[\\{\"case\":\"8:4:2:1\",\"threads\":\"shared\","
                                + "\"expected\":\\[[^]]*],\"shares\":\\[[^]]*],\"maxShareError\":[^,]+,\"lagOverBound\":[^}]+}]}\n"),
                text);
        String shares = text.replaceAll(".*\"shares\":\\[([^]]*)].*\n", "$1");
        assertEquals(
                1.0,
                Arrays.stream(shares.split(","))
                        .mapToDouble(Double::parseDouble)
                        .sum(),
                1e-9);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("8:4:2:1"));
    }

    @Test
    void shouldRefuseAnUnknownCase() {
        assertEquals(2, run("--case", "9:9"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("'9:9'"), out.toString(StandardCharsets.UTF_8));
    }
}
