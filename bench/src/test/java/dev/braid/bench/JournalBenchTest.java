package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs real processes, but so short that their figures mean nothing. */
class JournalBenchTest {
    @Test
    void shouldMeasureAllJournalsAndMakeAPage(@TempDir Path dir) throws Exception {
        BenchRun run = new BenchRun("journal", "--tiny", "--work", dir.toString(), "--report", dir.toString());
        assertEquals(0, run.status, run.toString());

        JsonNode file = BenchRun.read(dir.resolve("journal.json"));
        List<String> cases = new ArrayList<>();
        for (JsonNode result : file.get("results")) {
            cases.add(result.get("case").asText());
            JsonNode figure = result.has("milliseconds") ? result.get("milliseconds") : result.get("recordsPerSecond");
            assertTrue(figure.get("min").asDouble() > 0, result.toString());
            assertTrue(figure.get("min").asDouble() <= figure.get("median").asDouble(), result.toString());
            assertTrue(figure.get("median").asDouble() <= figure.get("max").asDouble(), result.toString());
            assertEquals(result.get("case").asText().endsWith("-disk"), result.has("recordsPerForce"));
            assertEquals(result.get("part").asText().equals("append"), result.has("bytesPerRecord"));
            boolean isOpening = result.get("part").asText().equals("open");
            assertTrue(isOpening || result.at("/handOverNs/min").asDouble() > 0, "a hop of " + result);
            boolean isLarge = result.get("case").asText().contains("1024b");
            assertEquals(
                    isOpening ? 0 : isLarge ? 1024 : 64,
                    result.path("payloadBytes").asInt());
        }
        assertEquals(
                List.of(
                        "braid",
                        "chronicle-excerpt",
                        "mapped-frames",
                        "braid-disk",
                        "mapped-disk",
                        "braid-1024b",
                        "chronicle-excerpt-1024b",
                        "mapped-frames-1024b",
                        "braid-read",
                        "chronicle-excerpt-read",
                        "chronicle-excerpt-read-warm",
                        "mapped-frames-read",
                        "braid-1024b-read",
                        "chronicle-excerpt-1024b-read",
                        "chronicle-excerpt-1024b-read-warm",
                        "mapped-frames-1024b-read",
                        "open-1-segment",
                        "open-100-segments"),
                cases);
        assertEquals("braid/chronicle-excerpt", file.at("/ratios/0/name").asText());
        assertEquals(11, file.get("ratios").size());
        String page = Files.readString(dir.resolve("report.html"));
        assertTrue(page.contains("of records with 64 bytes each, 256 at a time"), page);
        assertTrue(page.contains("of records with 1024 bytes each, 256 at a time"), page);
        assertTrue(page.contains("ns a hop"), page);
    }
}
