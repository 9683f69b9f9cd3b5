package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Report;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page, its images and tables, of results that are made up, and of a real run. */
class ReportTest {
    private static final List<String> CHARTS =
            List.of("throughput", "sub-streams", "latency-busy-spin", "shares", "isolation");
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");
    private static final Pattern REFERENCE = Pattern.compile("url\\(#([^)]+)\\)");

    @TempDir
    private Path dir;

    private void results(String bench, String rows, String ratios) throws IOException {
        String host =
                "{\"cpu\":\"Z80 <&>\",\"cores\":1,\"memoryBytes\":65536,\"jdk\":\"JDK\",\"jvmFlags\":[\"-Xint\"]}";
        Files.writeString(
                Report.results(dir, bench),
                "{\"bench\":\"" + bench + "\",\"smokeTest\":true,\"startedAt\":\"then\",\"host\":" + host
                        + ",\"results\":[" + rows + "],\"ratios\":[" + ratios + "]}");
    }

    private static String throughput(String candidate, int subStreams, long median) {
        return """
                {"case":"%s-%d","candidate":"%s","description":"what it is","subStreams":%d,"weights":"8:4:2:1","claim":16,
                "payloadBytes":64,"threads":2,"recordsPerSecond":{"min":1,"median":%d,"max":2},"bytesPerRecord":0.0}""".formatted(candidate, subStreams, candidate, subStreams, median);
    }

    private void allResults() throws IOException {
        results(
                "throughput",
                String.join(
                        ",",
                        throughput("braid", 8, 20_000_000),
                        throughput("braid", 64, 19_000_000),
                        throughput("pekko", 8, 1_000_000)),
                "{\"name\":\"braid-8/pekko-8\",\"median\":20.0,\"min\":18.5,\"max\":21.0}");
        results(
                "latency",
                "{\"case\":\"braid-8\",\"idle\":\"busy-spin\",\"load\":\"10 k/s\",\"ratePerSecond\":10000,\"latencyNs\":"
                        + "{\"p50\":1000,\"p90\":2000,\"p99\":3000,\"p999\":4000,\"max\":5000},\"windowP99Ns\":{\"median\":2700},"
                        + "\"percentiles\":[0,50,99,100],\"latenciesNs\":[900,1000,3000,5000]}",
                "");
        results(
                "fairness",
                "{\"case\":\"9:1\",\"threads\":\"shared\",\"expected\":[0.9,0.1],\"shares\":[0.9,0.1],\"maxShareError\":0.0,"
                        + "\"lagOverBound\":0.9}",
                "");
        results("isolation", "{\"case\":\"flood\",\"p99AloneNs\":1000,\"p99FloodedNs\":2000,\"bronzeBatchNs\":16}", "");
        results("other", "{\"case\":\"x\",\"nested\":{\"value\":7}}", "");
    }

    @Test
    void shouldHaveEveryChartOnThePageAndAsImages() throws Exception {
        allResults();
        Report.write(dir);
        String page = Files.readString(dir.resolve(Report.PAGE));
        assertEquals(CHARTS.size(), page.split("<svg", -1).length - 1);
        for (String chart : CHARTS) {
            BufferedImage image = ImageIO.read(dir.resolve(chart + ".png").toFile());
            assertTrue(image.getWidth() > 800 && image.getHeight() > 200, chart);
            assertTrue(Files.readString(dir.resolve(chart + ".svg")).contains("<svg"), chart);
        }
    }

    @Test
    void shouldNeedNothingBesideThePage() throws Exception {
        allResults();
        Report.write(dir);
        String page = Files.readString(dir.resolve(Report.PAGE));
        assertFalse(
                page.contains("src=") || page.contains("href=\"http") || page.contains("@import"), "loads something");
        assertTrue(page.contains("Z80 &lt;&amp;&gt;"), "the host is named, and escaped");
        assertTrue(page.contains("A smoke test"), "a smoke test says so");
        Set<String> ids = new HashSet<>();
        Matcher id = ID.matcher(page);
        while (id.find()) {
            assertTrue(ids.add(id.group(1)), "twice on the page: " + id.group(1));
        }
        Matcher reference = REFERENCE.matcher(page);
        while (reference.find()) {
            assertTrue(ids.contains(reference.group(1)), "not on the page: " + reference.group(1));
        }
    }

    @Test
    void shouldHaveTheFiguresInBothTables() throws Exception {
        allResults();
        Report.write(dir);
        String page = Files.readString(dir.resolve(Report.PAGE));
        assertTrue(page.contains("<td>braid-8</td><td>20.00</td>"), page);
        assertTrue(page.contains("<td>braid-8/pekko-8</td><td>20.00</td><td>18.50</td><td>21.00</td>"), page);
        String tables = Files.readString(dir.resolve(Report.TABLES));
        assertTrue(tables.contains("| braid-8/pekko-8 | 20.00 | 18.50 | 21.00 |"), tables);
        assertTrue(tables.contains("| pekko-8 | 1.0 | 0.0 … 0.0 | 20.00 × | what it is |"), "side by side:\n" + tables);
        assertTrue(tables.contains("| 2.00 | 2.7 | 3.0 | 4.0 | 5.0 |"), "p90 to max:\n" + tables);
        assertTrue(tables.contains("| x | 7 |"), tables);
    }

    @Test
    void shouldSayThatThereIsNothingToReport() {
        BenchRun run = new BenchRun("report", dir.toString());
        assertEquals(1, run.status, run.toString());
        assertTrue(run.err.contains("no results in " + dir), run.err);
    }

    @Test
    void shouldReportARealRunOfAll() throws Exception {
        Path json = dir.resolve("list").resolve("all.json");
        Files.createDirectories(json.getParent());
        BenchRun run = new BenchRun(
                "all", "--tiny", "--only", "latency", "--report", dir.toString(), "--json", json.toString());
        assertEquals(0, run.status, run.toString());
        assertTrue(Files.exists(dir.resolve("latency-back-off.png")), run.toString());
        assertTrue(run.out.contains("disruptor-1"), "the tables are printed:\n" + run.out);
        JsonNode list = BenchRun.read(json);
        assertEquals("latency", list.get(0).get("bench").asText());
        assertEquals(0, new BenchRun("compare", json.toString(), json.toString()).status);
    }
}
