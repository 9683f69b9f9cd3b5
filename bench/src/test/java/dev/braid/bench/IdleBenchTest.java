package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** It runs, but so short that its figures mean nothing. */
class IdleBenchTest {
    @Test
    void shouldMeasureEnginesThatHaveNothingToDo(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("idle.json");
        BenchRun run = new BenchRun("idle", "--tiny", "--work", dir.toString(), "--json", json.toString());
        assertEquals(0, run.status, run.toString());
        JsonNode results = BenchRun.read(json).get("results");
        assertEquals(1, results.size(), results.toString());
        assertEquals(2, results.get(0).get("engines").asInt());
        assertEquals(4, results.get(0).get("samples").asInt());
        for (String time : new String[] {"handledNs", "plainNs", "bareNs"}) {
            assertTrue(results.get(0).get(time).get("p50").asLong() > 0, results.toString());
        }
    }
}
