package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs real processes, but so short that their figures mean nothing. */
class LatencyBenchTest {
    @Test
    void shouldMeasureAtAllRatesAndWriteTheResults(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("latency.json");
        BenchRun run = new BenchRun("latency", "--tiny", "--work", dir.toString(), "--json", json.toString());
        assertEquals(0, run.status, run.toString());
        JsonNode file = BenchRun.read(json);
        assertEquals("latency", file.get("bench").asText());
        assertEquals((1 + 2 * 2) * 4, file.get("results").size());
        for (JsonNode result : file.get("results")) {
            JsonNode latency = result.get("latencyNs");
            long before = 0;
            for (String name : new String[] {"p50", "p90", "p99", "p999", "max"}) {
                long ns = latency.get(name).asLong();
                assertTrue(before <= ns, name + " of " + result);
                before = ns;
            }
            assertTrue(before > 0, result.toString());
            assertTrue(result.at("/handOverNs/min").asDouble() > 0, result.toString());
            assertTrue(result.get("ratePerSecond").asDouble() > 0, result.toString());
            long windows = result.get("windowP99Ns").get("median").asLong();
            assertTrue(windows > 0 && windows <= before, result.toString());
            assertEquals(
                    result.get("percentiles").size(), result.get("latenciesNs").size());
        }
        assertTrue(run.out.contains("braid-8/disruptor-1 p99, 100 k/s, busy-spin"), run.out);
        assertTrue(run.out.contains("braid-8/disruptor-1 p99 of windows, 100 k/s, busy-spin"), run.out);
    }
}
