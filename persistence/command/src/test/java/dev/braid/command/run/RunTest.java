package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.FailingOutput;
import dev.braid.command.JournalArgument;
import dev.braid.command.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run writes: the journal, the summary, the report. */
class RunTest {
    @TempDir
    private Path folder;

    private Path journal;
    private Path summary;

    private Braid run(String input, String... options) {
        journal = folder.resolve("journal");
        summary = folder.resolve("summary.json");
        String[] all = Stream.concat(
                        Stream.of(
                                "run",
                                "--input",
                                "-",
                                "--journal",
                                journal.toString(),
                                "--summary",
                                summary.toString()),
                        Stream.of(options))
                .toArray(String[]::new);
        return Braid.withInput(input, all);
    }

    private Map<?, ?> totals() throws IOException {
        return Json.object(Files.readString(summary));
    }

    @Test
    void shouldSumUpExactDecimals() throws IOException {
        String input = Stream.of(
                        "0.1", "0.2", "1e3", "-5", "99999999999999999999.0000000000000000001", "\"7.50\"", "0.30")
                .map(n -> "{\"k\":1,\"n\":" + n + "}\n")
                .reduce("", String::concat);

        Braid run = run(input, "--format", "json", "--key", "k", "--sum", "n");

        assertEquals(0, run.status(), run.err());
        assertEquals(Map.of("n", "100000000000000001002.1000000000000000001"), totals().get("sums"));
        assertEquals(
                List.of("0.1", "0.3", "1000.3", "995.3"),
                Braid.run("replay", journal.toString()).lines().stream()
                        .limit(4)
                        .map(RunTest::sumOf)
                        .toList());
    }

    private static Object sumOf(String line) {
        try {
            return ((Map<?, ?>) ((Map<?, ?>) Json.object(line).get("result")).get("sums")).get("n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldWriteTheSummary() throws IOException {
        Braid run = run("a\nb\na\nc\n\n", "--group", "vip=3:a", "--group", "idle=2:z", "--group", "rest=5:*");

        assertEquals(0, run.status(), run.err());
        Map<?, ?> totals = totals();
        assertEquals(
                List.of(
                        "records",
                        "recordsThisRun",
                        "processed",
                        "failed",
                        "shed",
                        "lost",
                        "sums",
                        "seconds",
                        "competedSeconds",
                        "lowWatermark",
                        "durability",
                        "groups"),
                List.copyOf(totals.keySet()));
        assertEquals("5", totals.get("records"));
        assertEquals("5", totals.get("recordsThisRun"));
        assertEquals("4", totals.get("processed"));
        assertEquals("1", totals.get("failed"));
        assertEquals("0", totals.get("shed"));
        assertEquals("0", totals.get("lost"));
        assertEquals(Map.of(), totals.get("sums"));
        assertEquals("4", totals.get("lowWatermark"));
        assertEquals("process", totals.get("durability"));
        List<?> groups = (List<?>) totals.get("groups");
        checkGroup(groups.get(0), "vip", "3", "0.3", "2");
        checkGroup(groups.get(1), "idle", "2", "0.2", "0");
        checkGroup(groups.get(2), "rest", "5", "0.5", "2");
        assertEquals(3, groups.size());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(Set.of(journal, summary), Set.copyOf(files.toList()), "no temporary file stays");
        }
    }

    private static void checkGroup(Object group, String name, String weight, String p, String records) {
        Map<?, ?> numbers = (Map<?, ?>) group;
        assertEquals(
                List.of("name", "weight", "p", "records", "share", "due", "competedSeconds", "latencyNs"),
                List.copyOf(numbers.keySet()));
        assertEquals(name, numbers.get("name"));
        assertEquals(weight, numbers.get("weight"));
        assertEquals(p, numbers.get("p"));
        assertEquals(records, numbers.get("records"));
        for (String part : List.of("share", "due")) {
            double share = Double.parseDouble((String) numbers.get(part));
            assertTrue(share >= 0 && share <= 1, numbers.toString());
        }
        Map<?, ?> latency = (Map<?, ?>) numbers.get("latencyNs");
        long before = 0;
        for (String percentile : List.of("p50", "p99", "p999", "max")) {
            long value = Long.parseLong((String) latency.get(percentile));
            assertTrue(value >= before, numbers.toString());
            before = value;
        }
        assertEquals(records.equals("0"), before == 0, numbers.toString());
    }

    @Test
    void shouldPrintTheReplayCommandAndTheTable() {
        Braid run = run("a\nb\n");
        assertTrue(run.text().contains("braid replay " + journal), run.text());
        assertTrue(run.lines().get(0).matches("group +weight +P\\(i\\) +records +due +got +p50 .*max"), run.text());
        assertTrue(run.lines().get(1).matches("all +1 +1\\.000 +2 +- +- .*"), run.text());
        for (String column : List.of("P(i)", "due", "got", "p50..max")) {
            assertTrue(run.lines().stream().anyMatch(line -> line.matches("\\Q" + column + "\\E  +\\w.*")), run.text());
        }
        assertTrue(run.lines().contains("One group has nobody to compete with."), run.text());
        assertTrue(run.lines().stream().anyMatch(line -> line.matches("low watermark +1")), run.text());
    }

    @Test
    void shouldSayWhenGroupsHadNothingToShare() {
        Braid run = run("a\nb\n", "--group", "vip=8:a", "--group", "rest=1:*");
        assertTrue(run.lines().stream().anyMatch(line -> line.startsWith("Groups never competed: ")), run.text());
        assertTrue(run.lines().get(1).matches("vip +8 +0\\.889 +1 +- +- .*"), run.text());
    }

    @Test
    void shouldSayWhenThereWasNothingToDo() {
        String journal = folder.resolve("journal").toString();
        String[] args = {"run", "--input", "-", "--group", "a=1:a", "--group", "b=1:*", "--journal", journal, "--resume"
        };
        Braid none = Braid.withInput("", args);
        assertEquals(0, none.status(), none.err());
        assertTrue(none.lines().contains("There were no records."), none.text());
        assertFalse(none.text().contains("competed "), none.text());

        String sales = folder.resolve("sales").toString();
        Braid.run("run", "--journal", sales);
        Braid again = Braid.run("run", "--journal", sales, "--resume");
        assertTrue(
                again.lines().contains("This run had no records: the journal holds the results of all."), again.text());
        assertFalse(again.text().contains("records/s are"), again.text());
    }

    @Test
    void shouldSayWhoseRateItIs() throws IOException {
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            input.append("key ").append(i).append('\n');
        }
        Braid run = run(input.toString(), "--rate", "1000/s");
        assertTrue(
                run.lines().contains("The engine waited for the input: records/s is the rate of the input."),
                run.text());
    }

    @Test
    void shouldEscapeKeysInResults() throws IOException {
        run("\"\\\t\u0001\u00e9\ud83d\ude00\n");
        String line = Braid.run("replay", journal.toString()).lines().get(0);
        assertEquals(
                "\"\\\t\u0001\u00e9\ud83d\ude00", ((Map<?, ?>) Json.object(line).get("result")).get("key"));
    }

    @Test
    void shouldWriteTheSameResultsInSequenceOrderWhateverTheWeights() throws IOException {
        StringBuilder input = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            input.append("k").append(i * 31 % 17).append('\n');
        }
        byte[][] results = new byte[2][];
        String[] weights = {"a=100:k1,k2", "a=1:k1,k2"};
        for (int i = 0; i < 2; i++) {
            Path dir = folder.resolve("journal" + i);
            Braid.withInput(
                    input.toString(),
                    "run",
                    "--input",
                    "-",
                    "--order",
                    "sequence",
                    "--group",
                    weights[i],
                    "--group",
                    "rest=3:*",
                    "--journal",
                    dir.toString());
            results[i] =
                    Braid.run("replay", dir.toString(), "--order", "journal").out();
        }
        assertTrue(results[0].length > 0);
        assertArrayEquals(results[0], results[1]);
    }

    @Test
    void shouldRefuseAJournalThatHoldsRecordsAndNotTouchIt() throws IOException {
        assertEquals(0, run("a\nb\n").status());
        Map<String, byte[]> before = contents(journal);

        Braid again = run("c\n");

        assertEquals(2, again.status());
        assertTrue(again.err().contains(journal.toString()), again.err());
        assertTrue(again.err().contains("resume"), again.err());
        Map<String, byte[]> after = contents(journal);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((name, bytes) -> assertArrayEquals(bytes, after.get(name), name));
    }

    @Test
    void shouldStartAJournalThatIsAbsentOrEmptyWithResume() {
        assertEquals(0, run("", "--resume").status());
        assertEquals(0, run("a\n", "--resume").status());
        assertEquals(
                "1\n",
                Braid.run("replay", journal.toString(), "--format", "count").text());
    }

    @Test
    void shouldFailIfAllRecordsOrMoreThanIsAllowedFail() {
        assertEquals(1, status("x\n"));
        assertEquals(1, status("x\ny\n"));
        assertEquals(0, status("x\na\n"));
        assertEquals(0, status("x\n", "--max-failed", "1"));
        assertEquals(1, status("x\na\nx\n", "--max-failed", "1"));
        assertEquals(1, status("x\na\n", "--max-failed", "0"));
        assertEquals(0, status("a\n", "--max-failed", "0"));
        assertEquals(0, status(""));
        assertEquals(0, status("", "--max-failed", "0"));
    }

    private static int status(String input, String... options) {
        List<String> args = new ArrayList<>(List.of("run", "--input", "-", "--key-regex", "a"));
        args.addAll(List.of(options));
        return Braid.withInput(input, args.toArray(String[]::new)).status();
    }

    @Test
    void shouldWriteTheSummaryIntoAPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertEquals(
                0,
                Braid.withInput("a\n", "run", "--input", "-", "--summary", pipe.toString())
                        .status());

        assertEquals("1", Json.object(read.get(60, TimeUnit.SECONDS)).get("records"));
        assertFalse(Files.isRegularFile(pipe));
    }

    @Test
    void shouldWriteTheSummaryThroughALink() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertEquals(
                0,
                Braid.withInput("a\n", "run", "--input", "-", "--summary", link.toString())
                        .status());
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("1", Json.object(Files.readString(file)).get("records"));
    }

    @Test
    void shouldWriteTheSummaryEvenIfTheTableCannotBeWritten() throws IOException {
        summary = folder.resolve("summary.json");
        Braid run = Braid.withStreams(
                InputStream.nullInputStream(),
                new FailingOutput("No space left"),
                "run",
                "--input",
                "-",
                "--summary",
                summary.toString());
        assertEquals(1, run.status());
        assertEquals("0", totals().get("records"));
    }

    /** Has some bytes, and then waits until it is closed. */
    private static final class EndlessInput extends ByteArrayInputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        EndlessInput(String text) {
            super(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read(byte[] b, int off, int len) { // Not synchronized, for it waits.
            int read = super.read(b, off, len);
            try {
                if (read < 0 && !closed.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody closed the input");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return read;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void shouldTellAtOnceThatTheEngineFailedThoughItWaitsForInput() {
        journal = folder.resolve("journal");
        List<String> args =
                new ArrayList<>(List.of("run", "--input", "-", "--format", "json", "--key", "k", "--journal"));
        args.add(journal.toString());
        StringBuilder tooLong = new StringBuilder("{\"k\":1");
        for (int i = 0; i < 200; i++) { // More than a frame has room for.
            args.addAll(List.of("--sum", "f" + i));
            tooLong.append(",\"f").append(i).append("\":").append("9".repeat(999));
        }

        Braid run = Braid.withInput(new EndlessInput(tooLong + "}\n"), args.toArray(String[]::new));

        assertEquals(1, run.status());
        List<String> messages = run.err().lines().toList();
        assertTrue(messages.get(0).matches("the engine failed: .*sequence 0 takes .*"), run.err());
        assertTrue(messages.get(1).contains(journal.toString()), run.err());
        assertEquals(2, messages.size(), run.err());
    }

    @Test
    void shouldKeepTheLastFiveJournalsOfRunsThatWereGivenNone() throws IOException {
        String note = "the last 5 such journals are kept";
        String before = System.setProperty(JournalArgument.DEFAULT_PARENT_PROPERTY, folder.toString());
        try {
            Path other = Files.createDirectory(folder.resolve("other"));
            for (int i = 10; i < 17; i++) {
                // Written in the order of their numbers, which is the reverse of that of their names.
                Path older = Files.createDirectory(folder.resolve("20200101-000000-" + (99 - i)));
                Files.setLastModifiedTime(older, FileTime.from(Instant.EPOCH.plusSeconds(i)));
            }
            Path starting = Files.createDirectory(folder.resolve("20200101-000000-1"));
            assertTrue(Braid.withInput("a\n", "run", "--input", "-").text().contains(note));
            assertFalse(run("a\n").text().contains(note));
            assertTrue(Files.exists(other));
            for (int i = 10; i < 17; i++) {
                assertEquals(i >= 14, Files.exists(folder.resolve("20200101-000000-" + (99 - i))), "journal " + i);
            }
            assertTrue(Files.exists(starting), "one that another run is about to write");
        } finally {
            System.setProperty(JournalArgument.DEFAULT_PARENT_PROPERTY, before);
        }
    }

    private static Map<String, byte[]> contents(Path dir) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.toList()) {
                contents.put(file.toString(), Files.isDirectory(file) ? new byte[0] : Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void shouldBeginAJournalThatIsEmpty() {
        assertEquals(0, run("").status());
        assertEquals(0, run("a\n").status());
        assertEquals(
                "1\n",
                Braid.run("replay", journal.toString(), "--format", "count").text());
    }

    @Test
    void shouldRefuseAFolderOfSomethingElse() throws IOException {
        Files.createDirectory(folder.resolve("journal"));
        Path other = Files.writeString(folder.resolve("journal/letter.txt"), "dear");
        Braid run = run("a\n");
        assertEquals(2, run.status());
        assertTrue(run.err().contains(journal.toString()), run.err());
        assertEquals("dear", Files.readString(other));

        Path file = Files.writeString(folder.resolve("file"), "");
        Braid onFile = Braid.run("run", "--journal", file.toString());
        assertEquals(2, onFile.status());
        assertTrue(onFile.err().contains(file.toString()), onFile.err());
    }

    @Test
    void shouldMakeAFreshJournalWhereNoneIsGiven() throws IOException {
        Map<String, Braid> runs = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            Braid run = Braid.withInput(
                    new ByteArrayInputStream("a\n".getBytes(StandardCharsets.UTF_8)), "run", "--input", "-");
            String line = run.lines().stream()
                    .filter(l -> l.startsWith("journal: "))
                    .findFirst()
                    .orElseThrow();
            runs.put(line.substring("journal: ".length()), run);
        }
        assertEquals(2, runs.size());
        for (String dir : runs.keySet()) {
            assertEquals("1\n", Braid.run("replay", dir, "--format", "count").text());
        }
    }
}
