package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark runs, and writes what other tools read. Its figures are for a quiet machine, and not looked at here. */
class FairnessBenchTest {
    @Test
    void shouldWriteItsResults(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("f.json");
        BenchRun run = new BenchRun("fairness", "--quick", "--case", "8:4:2:1", "--json", json.toString());
        assertTrue(run.status == 0 || run.status == 1, run.toString());
        assertTrue(run.out.contains("8:4:2:1"), run.out);
        JsonNode file = BenchRun.read(json);
        assertEquals("fairness", file.get("bench").asText());
        assertEquals(1, file.get("results").size());
        String verdict = file.get("verdicts").get(0).get("verdict").asText();
        assertTrue(run.out.contains("Verdicts: ") && run.out.contains(verdict + ": "), run.out);
        assertEquals(verdict.equals("missed") ? 1 : 0, run.status, run.toString());
        JsonNode result = file.get("results").get(0);
        assertEquals("8:4:2:1", result.get("case").asText());
        assertEquals("shared", result.get("threads").asText());
        assertTrue(result.get("maxShareError").isNumber(), file.toString());
        assertTrue(result.get("lagOverBound").isNumber(), file.toString());
        assertEquals(8 / 15.0, result.get("expected").get(0).asDouble(), 1e-9);
        double sum = 0;
        for (JsonNode share : result.get("shares")) {
            sum += share.asDouble();
        }
        assertEquals(1.0, sum, 1e-9);
    }

    @Test
    void shouldRefuseAnUnknownCase() {
        BenchRun run = new BenchRun("fairness", "--case", "9:9");
        assertEquals(2, run.status);
        assertTrue(run.err.contains("'9:9'"), run.err);
    }
}
