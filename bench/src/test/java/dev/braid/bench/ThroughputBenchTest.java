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
        assertTrue(result.get("bytesPerRecord").asDouble() < 100, "what JMH allocates does not count: " + result);
        assertTrue(result.at("/handOverNs/min").asDouble() > 0, result.toString());
        assertEquals(
                result.at("/handOverNs/median"), result.at("/turns/0/handOverNs"), "one round has one turn: " + result);
        assertEquals(rate.get("median"), result.at("/turns/0/recordsPerSecond"), "of one iteration: " + result);
        JsonNode ratio = file.get("ratios").get(0);
        assertEquals("braid-8-journal/disruptor-1-excerpt", ratio.get("name").asText());
        assertTrue(ratio.get("median").asDouble() > 0, ratio.toString());
        assertFalse(ratio.has("min") || ratio.has("max"), "one round has no spread: " + ratio);
        assertTrue(run.out.contains("braid-8-journal/disruptor-1-excerpt"), run.out);
        assertEquals(0, dir.toFile().list((folder, name) -> name.startsWith("braid-bench-")).length, "journals left");
    }

    @Test
    void shouldMeasureHandlersThatTakeSomeTimeOnTheEnginesThreadAndOnAWorker() throws Exception {
        Path json = dir.resolve("handling.json");
        BenchRun run = new BenchRun(
                "throughput",
                "--tiny",
                "--case",
                "braid-8-1000ns",
                "--case",
                "braid-8-worker-1000ns",
                "--case",
                "braid-8-nanoseconds",
                "--work",
                dir.toString(),
                "--json",
                json.toString());
        assertEquals(0, run.status, run.toString());
        JsonNode results = BenchRun.read(json).get("results");
        for (int i = 0; i < 2; i++) {
            JsonNode slow = results.get(i);
            assertEquals(1000, slow.get("handlingNs").asLong(), slow.toString());
            assertTrue(slow.at("/recordsPerSecond/max").asLong() < 1_000_000, "no faster than its handler: " + slow);
        }
        assertEquals("braid-8-worker-1000ns", results.get(1).get("case").asText());
        assertEquals(4, results.get(1).get("threads").asInt());
        assertEquals("braid-8-nanoseconds", results.get(2).get("case").asText());
        assertTrue(run.out.contains("braid-8-worker-1000ns/braid-8-1000ns"), run.out);
    }

    @Test
    void shouldRefuseAnUnknownCase() {
        BenchRun run = new BenchRun("throughput", "--tiny", "--case", "braid-7");
        assertEquals(2, run.status);
        assertTrue(run.err.contains("'braid-7'"), run.err);
    }
}
