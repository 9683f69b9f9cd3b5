package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs real forks, but so short that their figures mean nothing. */
class ThroughputBenchTest {
    @TempDir
    private Path dir;

    @BeforeAll
    static void letOthersRunJmhToo() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void shouldMeasureBraidAndPeersAndWriteTheResults() throws Exception {
        Path json = dir.resolve("throughput.json");
        BenchRun run = new BenchRun(
                "throughput",
                "--tiny",
                "--case",
                "braid-8-journal",
                "--case",
                "disruptor-1-e*",
                "--work",
                dir.toString(),
                "--json",
                json.toString());
        assertEquals(0, run.status, run.toString());
        JsonNode file = BenchRun.read(json);
        assertEquals("throughput", file.get("bench").asText());
        assertTrue(file.get("host").get("cores").asInt() > 0, file.toString());
        JsonNode result = file.get("results").get(0);
        assertEquals("braid-8-journal", result.get("case").asText());
        JsonNode rate = result.get("recordsPerSecond");
        assertTrue(0 < rate.get("min").asLong(), result.toString());
        assertTrue(rate.get("min").asLong() <= rate.get("median").asLong(), result.toString());
        assertTrue(rate.get("median").asLong() <= rate.get("max").asLong(), result.toString());
        assertTrue(result.get("bytesPerRecord").isNumber(), result.toString());
        JsonNode ratio = file.get("ratios").get(0);
        assertEquals("braid-8-journal/disruptor-1-excerpt", ratio.get("name").asText());
        assertTrue(ratio.get("median").asDouble() > 0, ratio.toString());
        assertFalse(ratio.has("min") || ratio.has("max"), "one round has no spread: " + ratio);
        assertTrue(run.out.contains("braid-8-journal/disruptor-1-excerpt"), run.out);
        assertEquals(0, dir.toFile().list((folder, name) -> name.startsWith("braid-bench-")).length, "journals left");
    }

    @Test
    void shouldRefuseAnUnknownCase() {
        BenchRun run = new BenchRun("throughput", "--tiny", "--case", "braid-7");
        assertEquals(2, run.status);
        assertTrue(run.err.contains("'braid-7'"), run.err);
    }
}
