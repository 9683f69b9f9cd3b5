package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What compare says of results that are made up. */
class CompareTest {
    @TempDir
    private Path dir;

    private Path throughput(String name, int min, int median, int max) throws IOException {
        return Files.writeString(dir.resolve(name), """
                {"bench":"throughput","host":{},"results":[
                  {"case":"braid-8","description":"%s","recordsPerSecond":{"min":%d,"median":%d,"max":%d}}],
                 "ratios":[{"name":"braid-8/disruptor-1","median":0.4,"min":0.3,"max":0.5}]}
                """.formatted(name, min, median, max));
    }

    private BenchRun compare(Path a, Path b) {
        return new BenchRun("compare", a.toString(), b.toString());
    }

    private static String line(BenchRun run, String start) {
        return run.out
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line '" + start + "' in " + run));
    }

    @Test
    void shouldSayWhatIsWorseThanTheSpread() throws Exception {
        BenchRun run = compare(throughput("a.json", 90, 100, 110), throughput("b.json", 70, 80, 89));
        assertEquals(1, run.status, run.toString());
        String line = line(run, "braid-8 recordsPerSecond");
        assertTrue(line.contains("0.800") && line.contains("worse, outside the spread"), line);
        assertFalse(line(run, "ratio braid-8/disruptor-1").contains("outside"), run.out);
    }

    @Test
    void shouldSayWhatIsBetterThanTheSpread() throws Exception {
        BenchRun run = compare(throughput("a.json", 90, 100, 110), throughput("b.json", 111, 120, 130));
        assertEquals(0, run.status, run.toString());
        assertTrue(line(run, "braid-8 recordsPerSecond").contains("better, outside the spread"), run.out);
    }

    @Test
    void shouldAcceptWhatIsWithinTheSpreadOfEither() throws Exception {
        BenchRun run = compare(throughput("a.json", 90, 100, 110), throughput("b.json", 60, 85, 101));
        assertEquals(0, run.status, run.toString());
        assertFalse(run.out.contains("outside"), run.out);
    }

    @Test
    void shouldTakeLongerLatenciesForWorse() throws Exception {
        String results = "{\"bench\":\"latency\",\"host\":{},\"results\":[{\"case\":\"braid-8\",\"idle\":\"busy-spin\","
                + "\"p99Ns\":{\"min\":%d,\"median\":%d,\"max\":%d}}]}";
        Path a = Files.writeString(dir.resolve("a.json"), results.formatted(900, 1000, 1100));
        Path b = Files.writeString(dir.resolve("b.json"), results.formatted(1900, 2000, 2100));
        assertEquals(1, compare(a, b).status);
        assertEquals(0, compare(b, a).status);
        assertTrue(line(compare(a, b), "braid-8, busy-spin p99Ns").contains("worse"));
    }

    @Test
    void shouldTakeLongerTimesForWorse() throws Exception {
        String results = "{\"bench\":\"x\",\"results\":["
                + "{\"case\":\"open-1-segment\",\"milliseconds\":{\"min\":%1$d,\"median\":%1$d.5,\"max\":%2$d}},"
                + "{\"case\":\"ready-9\",\"readyMs\":{\"min\":%1$d,\"median\":%1$d.5,\"max\":%2$d}}],\"ratios\":["
                + "{\"name\":\"open-9/open-1\",\"min\":%1$d,\"median\":%1$d.5,\"max\":%2$d},"
                + "{\"name\":\"ready-9/ready-1\",\"min\":%1$d,\"median\":%1$d.5,\"max\":%2$d}]}";
        Path a = Files.writeString(dir.resolve("a.json"), results.formatted(1, 2));
        Path b = Files.writeString(dir.resolve("b.json"), results.formatted(3, 4));
        BenchRun run = compare(a, b);
        assertEquals(1, run.status, run.toString());
        assertEquals(4, run.out.split("worse, outside the spread", -1).length - 1, run.out);
        assertEquals(0, compare(b, a).status);
    }

    @Test
    void shouldNotJudgeWhatWasMeasuredOnce() throws Exception {
        BenchRun run = compare(throughput("a.json", 100, 100, 100), throughput("b.json", 1, 1, 1));
        assertEquals(0, run.status, run.toString());
        assertFalse(line(run, "braid-8 recordsPerSecond").contains("outside"), run.out);
    }

    @Test
    void shouldSayThatConditionsDifferOnlyIfTheyDo() throws Exception {
        String results = "{\"bench\":\"x\",\"host\":{\"cpu\":\"%s\",\"busyCoresBefore\":%d},\"results\":["
                + "{\"case\":\"a\",\"recordsPerSecond\":{\"min\":1,\"median\":2,\"max\":3}}]}";
        Path a = Files.writeString(dir.resolve("a.json"), results.formatted("Z80", 0));
        Path busier = Files.writeString(dir.resolve("b.json"), results.formatted("Z80", 1));
        Path other = Files.writeString(dir.resolve("c.json"), results.formatted("6502", 0));
        assertEquals("", compare(a, busier).err);
        assertTrue(compare(a, other).err.contains("the conditions were not the same"));
    }

    @Test
    void shouldSayThatTheMachineWasInAnotherPhaseAndNotJudgeIt() throws Exception {
        String results =
                "{\"bench\":\"throughput\",\"host\":{},\"results\":[{\"case\":\"braid-8\",\"recordsPerSecond\":"
                        + "{\"min\":1,\"median\":2,\"max\":3},\"handOverNs\":{\"min\":%1$d,\"median\":%1$d,\"max\":%2$d}}]}";
        Path fast = Files.writeString(dir.resolve("a.json"), results.formatted(50, 60));
        Path slow = Files.writeString(dir.resolve("b.json"), results.formatted(150, 160));
        BenchRun run = compare(fast, slow);
        assertEquals(0, run.status, run.toString());
        assertFalse(run.out.contains("handOverNs"), run.out);
        assertTrue(run.err.contains("50 ns from core to core in A, and 150 ns in B"), run.err);
        assertEquals("", compare(fast, fast).err);
    }

    @Test
    void shouldTakeMoreGarbageForWorse() throws Exception {
        String results =
                "{\"bench\":\"throughput\",\"host\":{},\"results\":[{\"case\":\"braid-8\",\"bytesPerRecord\":%s}]}";
        Path none = Files.writeString(dir.resolve("a.json"), results.formatted("0.04"));
        Path hardlyAny = Files.writeString(dir.resolve("b.json"), results.formatted("0.7"));
        Path some = Files.writeString(dir.resolve("c.json"), results.formatted("24.0"));
        assertEquals(0, compare(none, hardlyAny).status);
        assertEquals(1, compare(none, some).status);
        assertTrue(line(compare(none, some), "braid-8 bytesPerRecord").contains("worse"));
        assertEquals(0, compare(some, none).status);
        Path much = Files.writeString(dir.resolve("d.json"), results.formatted("90.0"));
        Path hardlyMore = Files.writeString(dir.resolve("e.json"), results.formatted("93.0"));
        assertEquals(0, compare(much, hardlyMore).status);
    }

    @Test
    void shouldRefuseWhatCannotBeCompared() throws Exception {
        Path a = throughput("a.json", 90, 100, 110);
        Path other = Files.writeString(dir.resolve("b.json"), "{\"bench\":\"latency\",\"results\":[]}");
        BenchRun run = compare(a, other);
        assertEquals(2, run.status, run.toString());
        assertTrue(run.err.contains("no figure in common"), run.err);
        Path none = Files.writeString(dir.resolve("c.json"), "{}");
        BenchRun failed = compare(a, none);
        assertEquals(1, failed.status, failed.toString());
        assertTrue(failed.err.contains("c.json holds no results"), failed.err);
    }
}
