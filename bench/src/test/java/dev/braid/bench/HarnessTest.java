package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all benchmarks have in common. */
class HarnessTest {
    private record Row(@JsonProperty("case") String name, Spread recordsPerSecond) {}

    @Test
    void shouldWriteResultsInTheFormThatOtherToolsRead(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("new").resolve("r.json");
        Findings findings = new Findings(
                List.of(new Row("braid-8", Spread.of(3, 1, 2))),
                List.of(new Ratio("braid-8/disruptor-1", 0.5, 0.4, 0.6)),
                List.of(),
                true);
        ResultFile.of("throughput", true, Instant.EPOCH, Host.describe(dir), findings)
                .write(file);
        JsonNode root = BenchRun.read(file);
        assertEquals("throughput", root.get("bench").asText());
        assertTrue(root.get("smokeTest").asBoolean());
        assertEquals("1970-01-01T00:00:00Z", root.get("startedAt").asText());
        for (String name :
                List.of("cpu", "cores", "memoryBytes", "kernel", "governor", "fileSystem", "jdk", "jvmFlags")) {
            assertTrue(root.get("host").has(name), name);
        }
        assertEquals(
                "{\"case\":\"braid-8\",\"recordsPerSecond\":{\"min\":1.0,\"median\":2.0,\"max\":3.0}}",
                root.get("results").get(0).toString());
        assertEquals(
                "{\"name\":\"braid-8/disruptor-1\",\"median\":0.5,\"min\":0.4,\"max\":0.6}",
                root.get("ratios").get(0).toString());
    }

    @Test
    void shouldDivideMediansAndTakeTheSpreadFromTheRounds() {
        Ratio ratio = Ratio.of(
                "a/b",
                List.of(new double[] {10, 11, 99}, new double[] {20}, new double[] {30}),
                List.of(new double[] {10}, new double[] {10}, new double[] {10}));
        assertEquals(2.0, ratio.median(), 1e-9);
        assertEquals(1.1, ratio.min(), 1e-9);
        assertEquals(3.0, ratio.max(), 1e-9);
    }

    @Test
    void shouldOnlyCompareWhatWasMeasured() {
        Map<String, List<double[]>> figures = Map.of("a", List.of(new double[] {1}), "b", List.of(new double[] {2}));
        List<Ratio> ratios = Ratio.of(List.of("a/b", "a/c", "c/a"), figures);
        assertEquals(List.of(new Ratio("a/b", 0.5, 0.5, 0.5)), ratios);
        assertThrows(
                IllegalArgumentException.class,
                () -> Ratio.of("a/b", figures.get("a"), List.of(new double[] {1}, new double[] {2})));
    }

    @Test
    void shouldTellTheMedianOfAnEvenNumber() {
        assertEquals(new Spread(1, 2.5, 4), Spread.of(4, 1, 3, 2));
        assertThrows(IllegalArgumentException.class, Spread::of);
    }

    @Test
    void shouldAlignTables() {
        Table table = new Table("case", "figure").row("long name", "1").row("x", "1,000");
        assertEquals("case       figure\nlong name       1\nx           1,000\n", table.toString());
    }

    @Test
    void shouldSayHowFarItHasCome() {
        StringWriter text = new StringWriter();
        Progress progress = new Progress(new PrintWriter(text), "latency");
        progress.expect(2);
        progress.step("first");
        progress.step("second");
        List<String> lines = text.toString().lines().toList();
        assertEquals("latency: 1 of 2: first", lines.get(0));
        assertTrue(lines.get(1).matches("latency: 2 of 2, \\d+ s left: second"), lines.get(1));
    }
}
