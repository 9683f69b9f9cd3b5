package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark runs, and writes what other tools read. Its figures are for a quiet machine, and not looked at here. */
class IsolationBenchTest {
    @Test
    void shouldWriteItsResults(@TempDir Path dir) throws Exception {
        Path json = dir.resolve("i.json");
        String name = "16 bronze groups, gold one record at a time";
        BenchRun run = new BenchRun("isolation", "--quick", "--case", name, "--json", json.toString());
        assertTrue(run.status == 0 || run.status == 1, run.toString());
        assertTrue(run.out.contains(name), run.out);
        JsonNode file = BenchRun.read(json);
        assertEquals(1, file.get("results").size());
        String verdict = file.get("verdicts").get(0).get("verdict").asText();
        assertTrue(run.out.contains("Verdicts: ") && run.out.contains(verdict + ": "), run.out);
        assertEquals(verdict.equals("missed") ? 1 : 0, run.status, run.toString());
        JsonNode result = file.get("results").get(0);
        assertEquals(name, result.get("case").asText());
        assertEquals(16, result.get("bronzeGroups").asInt());
        assertEquals(10_000, result.get("bronzeBatchNs").asInt(), "one record");
        assertEquals(0, result.get("refused").asInt());
        boolean isJudged = result.get("judgedTurns").asInt() > 0; // Not where the machine is busy with something else.
        assertEquals(isJudged, result.get("p99FloodedNs").asLong() > 0, file.toString());
        assertEquals(isJudged, result.get("p99AloneNs").asLong() > 0, file.toString());
        assertTrue(run.out.contains("not judged") || result.get("judgedTurns").asInt() >= 3, run.out);
    }

    @Test
    void shouldHaveCasesOfOneAndOfManyGroups() {
        assertEquals(
                List.of(
                        "bronze floods",
                        "bronze floods, its handler 100 x slower",
                        "16 bronze groups, gold one record at a time",
                        "16 bronze groups, gold at 20 % load",
                        "64 bronze groups, gold one record at a time",
                        "64 bronze groups, gold at 20 % load",
                        "256 bronze groups, gold one record at a time",
                        "256 bronze groups, gold at 10 % load"),
                IsolationCase.all().stream().map(IsolationCase::name).toList());
    }

    @Test
    void shouldJudgeNoRecordThatAStallHadToDoWith() {
        Stalls publisher = new Stalls(0);
        publisher.add(100, 110);
        Stalls engine = new Stalls(2);
        engine.add(105, 120); // Until 150.
        engine.add(900, 920);
        List<Stalls.Interval> stalls = Stalls.merge(publisher, engine);
        assertEquals(List.of(new Stalls.Interval(100, 150), new Stalls.Interval(900, 960)), stalls);
        long[][] judged = {{10, 20}, {90, 99}, {151, 161}, {800, 809}, {1000, 1004}};
        long[][] not = {{98, 101}, {120, 125}, {140, 170}, {890, 950}, {960, 961}};
        assertEquals(new GoldLog.Latency(10, 1, 0), latency(stalls, judged));
        assertEquals(new GoldLog.Latency(0, 0, 0), latency(stalls, not));
    }

    /** What came after a stall may wait for what came during it, but what comes once that is handled does not. */
    @Test
    void shouldJudgeNoRecordUntilGoldHasNothingWaitingAgain() {
        List<Stalls.Interval> stalls = List.of(new Stalls.Interval(100, 110));
        long[][] records = {{105, 130}, {120, 140}, {139, 150}, {150, 157}, {156, 161}};
        assertEquals(new GoldLog.Latency(7, 2.0 / 5, 3), latency(stalls, 3, records));
    }

    /** An engine that keeps gold waiting is judged for that, for it is no stall. */
    @Test
    void shouldJudgeWhatWaitsWithoutAStall() {
        List<Stalls.Interval> stalls = List.of(new Stalls.Interval(100, 110));
        long[][] records = {{111, 500}, {116, 501}, {121, 502}};
        assertEquals(new GoldLog.Latency(389, 1, 0), latency(stalls, records));
    }

    private static GoldLog.Latency latency(List<Stalls.Interval> stalls, long[]... dueAndHandled) {
        return latency(stalls, 0, dueAndHandled);
    }

    private static GoldLog.Latency latency(List<Stalls.Interval> stalls, long refused, long[]... dueAndHandled) {
        GoldLog log = new GoldLog();
        for (long[] record : dueAndHandled) {
            log.add(record[0], record[1]);
        }
        return log.latency(stalls, refused);
    }

    @Test
    void shouldNoticeThatAThreadWasStopped() {
        CachedNanoClock clock = new CachedNanoClock();
        Stalls stalls = new Stalls(0, clock);
        clock.advance(500);
        long beforeNs = stalls.resume();
        clock.advance(Stalls.MIN_NS - 1);
        long stoppedNs = stalls.now();
        assertEquals(beforeNs + Stalls.MIN_NS - 1, stoppedNs);
        clock.advance(1_000_000);
        long afterNs = stalls.now();
        assertEquals(List.of(new Stalls.Interval(stoppedNs, afterNs)), Stalls.merge(stalls));
    }

    @Test
    void shouldRefuseAnUnknownCase() {
        BenchRun run = new BenchRun("isolation", "--case", "silver floods");
        assertEquals(2, run.status);
        assertTrue(run.err.contains("'silver floods'"), run.err);
    }
}
