package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All parts run, but so short that their figures mean nothing; only shares in simulated time are exact, however short. */
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
        boolean areHeard = false;
        for (JsonNode result : BenchRun.read(dir.resolve("scaling.json")).get("results")) {
            parts.add(result.path("part").asText("sub-streams"));
            if (result.path("part").asText().equals("simulated")) {
                assertTrue(result.get("maxRelativeShareError").asDouble() < 0.2, result.toString());
            }
            if (result.path("part").asText().equals("pick")) {
                boolean isHeard = result.has("nsPerPick");
                assertEquals(!isHeard, result.has("nsPerPickAtMost"), "a figure or a bound: " + result);
                double figure = isHeard
                        ? result.at("/nsPerPick/median").asDouble()
                        : result.get("nsPerPickAtMost").asDouble();
                double noise = result.get("noiseNs").asDouble();
                assertTrue(isHeard ? figure > noise : figure >= noise, result.toString());
                areHeard |= isHeard;
            }
        }
        assertEquals(areHeard, Files.exists(dir.resolve("picks.svg")), "a chart of what is not noise");
        assertEquals(Set.of("sub-streams", "workers", "pick", "simulated"), parts);
        for (String chart : new String[] {"workers", "simulated-shares", "simulated-cost"}) {
            assertTrue(Files.exists(dir.resolve(chart + ".svg")), chart);
        }
    }
}
