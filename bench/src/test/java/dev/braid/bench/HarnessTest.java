package dev.braid.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
                List.of(Verdict.of("braid-8", true, "1 (at most 2)")));
        BenchSteps.Account steps = new BenchSteps.Account(2, 3, List.of(new BenchSteps.Failed("pekko-8", "no memory")));
        ResultFile.of("throughput", true, steps, Instant.EPOCH, Host.describe(dir), 0.5, findings)
                .write(file);
        JsonNode root = BenchRun.read(file);
        assertEquals("throughput", root.get("bench").asText());
        assertTrue(root.get("smokeTest").asBoolean());
        assertEquals("1970-01-01T00:00:00Z", root.get("startedAt").asText());
        assertFalse(root.get("complete").asBoolean());
        assertEquals(0.5, root.get("othersBusyCores").asDouble());
        assertEquals(
                "[{\"case\":\"braid-8\",\"verdict\":\"held\",\"found\":\"1 (at most 2)\"}]",
                root.get("verdicts").toString());
        assertEquals(
                "{\"done\":2,\"of\":3,\"failed\":[{\"step\":\"pekko-8\",\"cause\":\"no memory\"}]}",
                root.get("steps").toString());
        for (String name : List.of(
                "cpu",
                "cores",
                "memoryBytes",
                "kernel",
                "governor",
                "fileSystem",
                "busyCoresBefore",
                "jdk",
                "jvmFlags")) {
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
    void shouldRefuseBeforehandWhereNothingCanBeWritten(@TempDir Path dir) throws Exception {
        String inAFile = Files.createFile(dir.resolve("file")).resolve("r").toString();
        for (String option : List.of("--json", "--report")) {
            for (String bench : List.of("latency", "all")) {
                BenchRun run = new BenchRun(bench, "--tiny", option, inAFile + "/x.json");
                assertEquals(2, run.status, run.toString());
                assertTrue(run.err.contains(option + ": no folder '" + inAFile), run.err);
                assertFalse(run.err.contains(": 1 of "), "something was measured:\n" + run.err);
            }
        }
        BenchRun work = new BenchRun("latency", "--tiny", "--work", inAFile);
        assertEquals(2, work.status, work.toString());
        BenchRun report = new BenchRun("report", inAFile);
        assertEquals(2, report.status, report.toString());
        assertTrue(report.err.contains(inAFile + "': there is no such folder"), report.err);
    }

    @Test
    void shouldDivideMediansAndTakeTheSpreadFromTheRounds() {
        Ratio ratio = Ratio.of(
                        "a/b",
                        List.of(new double[] {10, 11, 99}, new double[] {20}, new double[] {30}),
                        List.of(new double[] {10}, new double[] {10}, new double[] {10}))
                .orElseThrow();
        assertEquals(2.0, ratio.median(), 1e-9);
        assertEquals(1.1, ratio.min(), 1e-9);
        assertEquals(3.0, ratio.max(), 1e-9);
    }

    @Test
    void shouldOnlyCompareWhatWasMeasured() {
        Map<String, List<double[]>> figures = Map.of("a", List.of(new double[] {1}), "b", List.of(new double[] {2}));
        List<Ratio> ratios = Ratio.of(List.of("a/b", "a/c", "c/a"), figures);
        assertEquals(List.of(new Ratio("a/b", 0.5, null, null)), ratios);
        assertThrows(
                IllegalArgumentException.class,
                () -> Ratio.of("a/b", figures.get("a"), List.of(new double[] {1}, new double[] {2})));
    }

    @Test
    void shouldTakeRatiosFromRoundsThatBothHave() {
        double[] missing = {};
        Ratio ratio = Ratio.of(
                        "a/b",
                        List.of(new double[] {10}, new double[] {1_000}, missing, new double[] {30}),
                        List.of(new double[] {10}, missing, new double[] {1_000}, new double[] {10}))
                .orElseThrow();
        assertEquals(new Ratio("a/b", 2, 1.0, 3.0), ratio);
        assertEquals(Optional.empty(), Ratio.of("a/b", List.of(missing), List.of(new double[] {1})));
    }

    @Test
    void shouldNotJudgeWhatABusyMachineMayBreak() {
        Findings findings = new Findings(
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        Verdict.ofTimes("kept all the same", true, "1"),
                        Verdict.ofTimes("late", false, "ratio 9 (at most 3)"),
                        Verdict.of("counted", false, "2 of 1")));
        assertFalse(findings.hold());
        Findings busy = findings.onBusyMachine("machine busy");
        assertEquals(
                List.of(
                        "held: kept all the same: 1",
                        "not judged: late: machine busy; ratio 9 (at most 3)",
                        "missed: counted: 2 of 1"),
                busy.verdicts().stream().map(Verdict::toString).toList());
        assertEquals("1 held, 1 missed, 1 not judged", Verdict.count(busy.verdicts()));
        assertFalse(busy.hold(), "what is counted does not depend on the machine");
    }

    @Test
    void shouldTellWhatOthersTookFromWhatThisProcessDid() {
        CpuTimes before = new CpuTimes(100, 1_000, 40, 2);
        CpuTimes after = new CpuTimes(200, 1_200, 90, 2);
        assertEquals(1.0, after.busyCoresSince(before), 1e-9);
        assertEquals(0.5, after.othersBusyCoresSince(before), 1e-9);
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
    void shouldSayHowFarItHasCome() throws Exception {
        StringWriter text = new StringWriter();
        try (BenchSteps steps = new BenchSteps(new PrintWriter(text), "latency")) {
            steps.expect(2);
            assertEquals(Optional.of(7), steps.run("first", () -> 7));
            steps.run("second", () -> 8);
            assertTrue(steps.account().isComplete());
        }
        List<String> lines = text.toString().lines().toList();
        assertEquals("latency: 1 of 2: first", lines.get(0));
        assertTrue(lines.get(1).matches("latency: 2 of 2, \\d+ s left: second"), lines.get(1));
    }

    @Test
    void shouldTellBesideEachTurnWhatAHopTook() throws Exception {
        try (BenchSteps steps = new BenchSteps(new PrintWriter(new StringWriter()), "journal")) {
            steps.expect(4);
            Rounds<String, String> rounds = new Rounds<>(2, (String name) -> name, steps, name -> name);
            rounds.with(new HandOver(1)).run(List.of("a", "b"));
            for (String name : List.of("a", "b")) {
                double[] nsPerHop = rounds.nsPerHop(name);
                assertEquals(2, nsPerHop.length);
                assertTrue(
                        nsPerHop[0] > 0 && nsPerHop[1] > 0, "hops of " + nsPerHop[0] + " and " + nsPerHop[1] + " ns");
            }
        }
        assertEquals(new Spread(1.2, 2.5, 3.9), HandOver.spread(new double[] {3.91, 1.234, 2.5}));
    }

    @Test
    void shouldLeaveOutTurnsThatFailAndGoOn() throws Exception {
        StringWriter text = new StringWriter();
        try (BenchSteps steps = new BenchSteps(new PrintWriter(text), "journal")) {
            steps.expect(4);
            List<String> turns = new ArrayList<>();
            Rounds<String, Integer> rounds = new Rounds<>(2, (String name) -> name, steps, name -> {
                turns.add(name);
                if (turns.size() == 3) {
                    throw new IOException("the disk is full\nof what it is not told");
                }
                return turns.size();
            });
            rounds.run(List.of("a", "b"));
            assertEquals(List.of("a", "b", "a", "b"), turns);
            assertEquals(List.of(1), rounds.of("a"));
            assertEquals(List.of(2, 4), rounds.of("b"));
            assertEquals(0, rounds.figures("a", value -> new double[] {value}).get(1).length);
            String failed = "a, round 2 of 2";
            assertEquals(
                    new BenchSteps.Account(
                            3, 4, List.of(new BenchSteps.Failed(failed, "java.io.IOException: the disk is full"))),
                    steps.account());
            assertTrue(text.toString().contains("failed, the others go on: " + failed), text.toString());
        }
    }
}
