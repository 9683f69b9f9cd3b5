package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All parts run, but so short that their figures mean nothing. */
class RecoveryBenchTest {
    @Test
    void shouldRestartJournalsOfAllLengths(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("recovery.json");
        BenchRun run = new BenchRun("recovery", "--tiny", "--work", dir.toString(), "--json", json.toString());
        assertEquals(0, run.status, run.toString());
        List<String> cases = new ArrayList<>();
        for (JsonNode result : BenchRun.read(json).get("results")) {
            cases.add(result.get("case").asText());
            if (result.has("replayed")) {
                assertTrue(
                        result.get("replayed").asLong() < result.get("results").asLong(), result.toString());
            }
        }
        assertEquals(
                List.of("ready-2000", "ready-4000", "read", "update", "replay", "update-maps", "replay-maps"), cases);
    }
}
