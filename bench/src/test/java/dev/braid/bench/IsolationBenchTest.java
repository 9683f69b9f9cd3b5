package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark runs, and writes what other tools read. Its figures are for a quiet machine, and not looked at here. */
class IsolationBenchTest {
    @Test
    void shouldWriteItsResults(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("i.json");
        String name = "16 bronze groups, gold one record at a time";
        BenchRun run = new BenchRun("isolation", "--quick", "--case", name, "--json", json.toString());
        assertTrue(run.status == 0 || run.status == 1, run.toString());
        assertTrue(run.out.contains(name), run.out);
        JsonNode file = BenchRun.read(json);
        assertEquals(1, file.get("results").size());
        String verdict = file.get("verdicts").get(0).get("verdict").asText();
        assertTrue(run.out.contains("Verdicts: ") && run.out.contains(verdict + ": "), run.out);
        assertEquals(verdict.equals("missed") ? 1 : 0, run.status, run.toString());
        JsonNode result = file.get("results").get(0);
        assertEquals(name, result.get("case").asText());
        assertEquals(16, result.get("bronzeGroups").asInt());
        assertEquals(10_000, result.get("bronzeBatchNs").asInt(), "one record");
        assertEquals(0, result.get("refused").asInt());
        assertTrue(result.get("p99FloodedNs").asLong() > 0, file.toString());
        assertTrue(result.get("p99AloneNs").asLong() > 0, file.toString());
    }

    @Test
    void shouldHaveCasesOfOneAndOfManyGroups() {
        assertEquals(
                List.of(
                        "bronze floods",
                        "bronze floods, its handler 100 x slower",
                        "16 bronze groups, gold one record at a time",
                        "16 bronze groups, gold at 20 % load",
                        "64 bronze groups, gold one record at a time",
                        "64 bronze groups, gold at 20 % load",
                        "256 bronze groups, gold one record at a time",
                        "256 bronze groups, gold at 10 % load"),
                IsolationCase.all().stream().map(IsolationCase::name).toList());
    }

    @Test
    void shouldRefuseAnUnknownCase() {
        BenchRun run = new BenchRun("isolation", "--case", "silver floods");
        assertEquals(2, run.status);
        assertTrue(run.err.contains("'silver floods'"), run.err);
    }
}
