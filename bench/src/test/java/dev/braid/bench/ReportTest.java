package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The page, its images and tables, of results that are made up, and of a real run. */
class ReportTest {
    private static final List<String> CHARTS =
            List.of("throughput", "sub-streams", "latency-busy-spin-10-k-s", "shares", "isolation");
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");
    private static final Pattern REFERENCE = Pattern.compile("url\\(#([^)]+)\\)");

    @TempDir
    private Path dir;

    private void results(String bench, String rows, String ratios) throws IOException {
        results(bench, rows, ratios, "");
    }

    private void results(String bench, String rows, String ratios, String verdicts) throws IOException {
        String host =
                "{\"cpu\":\"Z80 <&>\",\"cores\":1,\"memoryBytes\":65536,\"jdk\":\"JDK\",\"jvmFlags\":[\"-Xint\"]}";
        Files.writeString(
                Report.results(dir, bench),
                "{\"bench\":\"" + bench + "\",\"smokeTest\":true,\"verdicts\":[" + verdicts
                        + "],\"startedAt\":\"then\",\"host\":" + host + ",\"results\":[" + rows + "],\"ratios\":["
                        + ratios + "]}");
    }

    private static String throughput(String candidate, int subStreams, long median) {
        return """
                {"case":"%s-%d","candidate":"%s","description":"what it is","subStreams":%d,"weights":"8:4:2:1","claim":16,
                "payloadBytes":64,"threads":2,"recordsPerSecond":{"min":%d,"median":%d,"max":%d},"bytesPerRecord":0.0}""".formatted(
                candidate, subStreams, candidate, subStreams, median - median / 10, median, median + median / 10);
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
            Path file = dir.resolve(chart + ".svg");
            Document image =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
            assertEquals("svg", image.getDocumentElement().getTagName(), chart);
            assertTrue(Files.readString(file).contains("prefers-color-scheme: dark"), chart);
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
        assertTrue(
                page.contains(
                        "<tr class=\"braid\"><td class=\"text\">braid-8</td><td>20.0 M/s</td><td>18.0 M/s … 22.0 M/s</td>"),
                page);
        assertTrue(
                page.contains(
                        "<tr><td class=\"text\">braid-8/pekko-8</td><td>20.00</td><td>18.50</td><td>21.00</td></tr>"),
                page);
        String tables = Files.readString(dir.resolve(Report.TABLES));
        assertTrue(tables.contains("| braid-8/pekko-8 | 20.00 | 18.50 | 21.00 |"), tables);
        assertTrue(
                tables.contains("| pekko-8 | 1.00 M/s | 900 k/s … 1.10 M/s | 20.00 × | what it is |"),
                "side by side:\n" + tables);
        assertTrue(tables.contains("| 2.00 µs | 2.70 µs | 3.00 µs | 4.00 µs | 5.00 µs |"), "p90 to max:\n" + tables);
        assertTrue(tables.contains("| x | 7 |"), tables);
    }

    @Test
    void shouldGiveVerdictsOnTopOfPageAndTables() throws Exception {
        results(
                "isolation",
                "{\"case\":\"flood\",\"p99AloneNs\":1000,\"p99FloodedNs\":9000},{\"case\":\"drop\",\"p99AloneNs\":1000,"
                        + "\"p99FloodedNs\":2000},{\"case\":\"noise\",\"p99AloneNs\":1000,\"p99FloodedNs\":2000}",
                "",
                "{\"case\":\"flood\",\"verdict\":\"missed\",\"found\":\"ratio 9 (at most 3)\"},{\"case\":\"drop\","
                        + "\"verdict\":\"held\",\"found\":\"ratio 2\"},{\"case\":\"noise\",\"verdict\":\"not judged\","
                        + "\"found\":\"machine busy\"}");
        results("throughput", throughput("braid", 8, 20_000_000), "");
        Report.write(dir);
        String page = Files.readString(dir.resolve(Report.PAGE));
        String summary = page.substring(page.indexOf("<table class=\"summary\">"), page.indexOf("<h2"));
        assertTrue(summary.contains("<a href=\"#isolation\">Isolation</a>"), "contents:\n" + summary);
        for (String mark : List.of("1 missed", "1 not judged", "1 held", "20.0 M/s records", "figures only")) {
            assertTrue(summary.contains(mark), mark + ":\n" + summary);
        }
        assertTrue(
                page.contains("<td class=\"text\">flood</td><td class=\"text\">missed</td>"), "in its row:\n" + page);
        String tables = Files.readString(dir.resolve(Report.TABLES));
        assertTrue(tables.contains("| Isolation | 1 missed, 1 not judged, 1 held | "), tables);
        assertTrue(
                tables.indexOf("| missed | flood | ratio 9 (at most 3) |")
                        < tables.indexOf("| not judged | noise | machine busy |"),
                tables);
    }

    @Test
    void shouldTellTheHopBesideEachResultAndDrawEachTurnAgainstIt() throws Exception {
        String turns = throughput("braid", 8, 20_000_000)
                .replaceFirst(
                        "}$",
                        ",\"handOverNs\":{\"min\":55.0,\"median\":98.3,\"max\":141.5},\"turns\":[{\"handOverNs\":55.0,"
                                + "\"recordsPerSecond\":40000000},{\"handOverNs\":141.5,\"recordsPerSecond\":15000000}]}");
        results("throughput", turns, "");
        Report.write(dir);
        String page = Files.readString(dir.resolve(Report.PAGE));
        assertTrue(page.contains("<td>98.3</td><td>55.0 … 141.5</td>"), page);
        String chart = Files.readString(dir.resolve("throughput-phases.svg"));
        assertEquals(3, chart.split("<circle", -1).length - 1, "one in the legend, one for each turn:\n" + chart);
    }

    @Test
    void shouldDrawNoLineThroughNoiseAndGiveEachCurveAColour() throws Exception {
        String noise = throughput("braid", 8, 20_000_000) + "," + throughput("braid", 64, 19_000_000);
        String trend = throughput("pekko", 8, 4_000_000) + "," + throughput("pekko", 64, 1_000_000);
        results("throughput", noise + "," + trend, "");
        Report.write(dir);
        String chart = Files.readString(dir.resolve("sub-streams.svg"));
        assertEquals(1, chart.split("<polyline", -1).length - 1, "a line for the trend alone:\n" + chart);
        assertTrue(chart.contains("class=\"fill0\"") && chart.contains("class=\"fill2\""), "a colour each:\n" + chart);
        assertTrue(chart.contains("class=\"line0\"/>") && chart.contains("class=\"line2\"/>"), "spreads:\n" + chart);
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
        assertTrue(Files.exists(dir.resolve("latency-back-off-10-k-s.svg")), run.toString());
        assertTrue(run.out.contains("disruptor-1"), "the tables are printed:\n" + run.out);
        assertTrue(run.err.lines().count() > 2, "the benchmark says how far it is:\n" + run.err);
        JsonNode list = BenchRun.read(json);
        assertEquals("latency", list.get(0).get("bench").asText());
        assertEquals(0, new BenchRun("compare", json.toString(), json.toString()).status);
    }
}
