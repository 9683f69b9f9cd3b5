package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.engine.SimulatedWorkers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All parts run, but so short that their figures mean nothing; but those in simulated time are exact. */
class ScalingBenchTest {
    @BeforeAll
    static void letOthersRunJmhToo() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void shouldMeasureAllPartsAndReportThem(@TempDir Path dir) throws Exception {
        BenchRun run = new BenchRun("scaling", "--tiny", "--work", dir.toString(), "--report", dir.toString());
        assertEquals(0, run.status, run.toString());
        Set<String> parts = new TreeSet<>();
        for (JsonNode result : BenchRun.read(dir.resolve("scaling.json")).get("results")) {
            parts.add(result.path("part").asText("sub-streams"));
        }
        assertEquals(Set.of("sub-streams", "workers", "pick", "simulated"), parts);
        for (String chart : new String[] {"workers", "picks", "simulated-shares"}) {
            assertTrue(Files.exists(dir.resolve(chart + ".png")), chart);
        }
    }

    @Test
    void shouldShareTimeByWeightOverSimulatedWorkers() {
        int[] weights = {8, 4, 2, 1};
        SimulatedWorkers.Outcome outcome = new SimulatedWorkers(
                        weights, new long[] {1_000, 50_000, 3_000, 10_000}, 64, 4, 256, 1024)
                .run(1_000_000);
        double[] shares = outcome.shares();
        for (int i = 0; i < weights.length; i++) {
            assertEquals(weights[i] / 15.0, shares[i], 0.005, "share of weight " + weights[i]);
        }
        assertTrue(outcome.records() >= 1_000_000, outcome.toString());
    }
}
