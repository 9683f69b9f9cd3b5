package dev.braid.command.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.braid.command.Braid;
import dev.braid.command.BraidProcess;
import dev.braid.command.Json;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.EngineState;
import dev.braid.engine.EngineStats;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.ThreadingMode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of a run in another process. */
class StatTest {
    private static final int TIMEOUT_S = 60;
    private static final int LINES = 300;

    @TempDir
    private Path folder;

    @Test
    void shouldShowARunInAnotherProcessAndWhatBecameOfIt() throws IOException, InterruptedException {
        Path journal = folder.resolve("journal");
        Process run = BraidProcess.start(
                folder,
                "run",
                "--input",
                "-",
                "--threads",
                "2",
                "--group",
                "gold=3:a,b",
                "--group",
                "bronze=1:c",
                "--journal",
                journal.toString());
        try (OutputStream in = run.getOutputStream()) {
            in.write("a\nb\nc\n".repeat(LINES / 3).getBytes(StandardCharsets.UTF_8));
            in.flush();
            Map<?, ?> live = awaitHandled(run, journal, LINES);
            assertEquals("running", live.get("state"));
            assertEquals(Long.toString(run.pid()), live.get("process"));
            Map<?, ?> gold = (Map<?, ?>) ((List<?>) live.get("groups")).get(0);
            assertEquals("gold", gold.get("name"));
            assertEquals("3", gold.get("weight"));
            assertEquals("0.75", gold.get("p"));
            assertEquals("200", gold.get("accepted"));
            assertEquals("0", gold.get("backlog"));
            assertEquals(4, ((List<?>) live.get("threads")).size(), "conductor, two workers, merge");

            Braid table = Braid.run("stat", journal.toString());
            assertEquals(0, table.status(), table.err());
            assertTrue(table.text().contains("engine of process " + run.pid() + ", running"), table.text());
            assertTrue(table.lines().stream().anyMatch(line -> line.matches("gold +3 +0\\.750 .*")), table.text());

            run.destroyForcibly();
            assertTrue(run.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the run did not end");
        } finally {
            run.destroyForcibly();
        }
        List<String> states = new ArrayList<>();
        for (String line : Braid.run("stat", journal.toString(), "--json", "--count", "1000", "--interval", "0.1")
                .lines()) {
            states.add((String) Json.object(line).get("state"));
        }
        assertEquals("gone", states.get(states.size() - 1), "it ends when the heartbeat has");
        assertEquals(states.size() - 1, states.indexOf("gone"), "once, for nothing will change");
    }

    /** Until the run's counters, which are brought up to date once a second, say that so many were handled. */
    private static Map<?, ?> awaitHandled(Process run, Path journal, long handled)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (true) {
            assertTrue(System.nanoTime() < deadlineNs, "not " + handled + " handled in " + TIMEOUT_S + " s");
            assertFalse(run.waitFor(20, TimeUnit.MILLISECONDS), "the run ended by itself");
            if (Files.exists(journal.resolve("counters.dat"))) {
                Map<?, ?> stat = Json.object(
                        Braid.run("stat", journal.toString(), "--json").text());
                long sum = 0;
                for (Object group : (List<?>) stat.get("groups")) {
                    sum += Long.parseLong((String) ((Map<?, ?>) group).get("handled"));
                }
                if (sum == handled) {
                    return stat;
                }
            }
        }
    }

    @Test
    void shouldShowTheEndOfARun() throws IOException {
        Path journal = folder.resolve("journal");
        Braid.withInput("a\nb\na\n", "run", "--input", "-", "--journal", journal.toString());

        Braid stat = Braid.run("stat", journal.resolve("counters.dat").toString(), "--json");

        Map<?, ?> numbers = Json.object(stat.text());
        assertEquals("closed", numbers.get("state"));
        assertEquals("2", numbers.get("lowWatermark"));
        assertEquals(numbers.get("ringSize"), numbers.get("ringFree"));
    }

    @Test
    void shouldShowAHandlerThatIsStuck() throws IOException, InterruptedException {
        Path file = folder.resolve("counters.dat");
        CountDownLatch release = new CountDownLatch(1);
        BraidEngine<Object> engine = BraidEngine.<Object>builder(Object::new)
                .countersFile(file)
                .group(HandlerGroup.named("gold").weight(1).subStreams(1, id -> (record, sequence, end) -> {
                    assertTrue(release.await(TIMEOUT_S, TimeUnit.SECONDS), "released");
                }))
                .start();
        engine.ingress().publish((record, sequence) -> {});
        long startNs = System.nanoTime();
        while (EngineStats.map(file).threads().get(0).call().isEmpty()) {
            assertTrue(
                    System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(TIMEOUT_S), "the call is not in the file");
            Thread.onSpinWait();
        }

        Braid table = Braid.run("stat", file.toString(), "--count", "1");
        Map<?, ?> numbers =
                Json.object(Braid.run("stat", file.toString(), "--json").text());
        release.countDown();
        engine.close();

        assertTrue(table.text().contains("has been handling sequence 0 (group gold) for"), table.text());
        Map<?, ?> thread = (Map<?, ?>) ((List<?>) numbers.get("threads")).get(0);
        assertEquals("gold", ((Map<?, ?>) thread.get("handling")).get("group"));
        assertEquals("0", ((Map<?, ?>) thread.get("handling")).get("sequence"));
    }

    private BraidEngine<Object> idleEngine(Path file, String... groups) {
        EngineBuilder<Object> builder =
                BraidEngine.<Object>builder(Object::new).countersFile(file).partitioner(record -> 0);
        for (String group : groups) {
            builder.group(HandlerGroup.named(group).weight(1).subStreams(1, id -> (record, sequence, end) -> {}));
        }
        return builder.start();
    }

    @Test
    void shouldTellByTheHeartbeatAloneWhetherAnEngineLives() throws IOException {
        Path file = folder.resolve("counters.dat");
        try (BraidEngine<Object> engine = idleEngine(file, "all")) {
            EngineStats stats = EngineStats.map(file);
            long beatMs = stats.updatedAtMs();
            assertEquals("running", new StatSnapshot(stats, beatMs + 4_000).stateName());
            StatSnapshot later = new StatSnapshot(stats, stats.updatedAtMs() + 60_000);
            assertEquals("gone", later.stateName(), "though its process is alive");
            assertTrue(later.hasEnded());
            long ownBeatMs = engine.stats().updatedAtMs();
            assertEquals("running", new StatSnapshot(engine.stats(), ownBeatMs).stateName());
        }
        assertEquals("closed", new StatSnapshot(EngineStats.map(file), Long.MAX_VALUE).stateName());
    }

    @Test
    void shouldMapTheFileOnce() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps), "the system tells what is mapped");
        Path file = folder.resolve("counters.dat");
        try (BraidEngine<Object> engine = idleEngine(file, "all")) {
            Braid stat = Braid.run("stat", file.toString(), "--json", "--count", "100", "--interval", "0.001");
            assertEquals(100, stat.lines().size(), stat.err());
            try (Stream<String> lines = Files.lines(maps)) {
                assertEquals(
                        1, lines.filter(line -> line.contains(file.toString())).count());
            }
            assertEquals(EngineState.RUNNING, engine.stats().state());
        }
    }

    @Test
    void shouldMapTheFileOfTheNextEngineAndNoneThatWasCutShort() throws IOException {
        Path file = folder.resolve("counters.dat");
        CountersMapping mapping = new CountersMapping(file);
        idleEngine(file, "one").close();
        assertEquals(1, mapping.stats().groups().size());
        idleEngine(file, "one", "two").close();
        assertEquals(2, mapping.stats().groups().size());
        Files.write(file, new byte[0]);
        String message = assertThrows(IOException.class, mapping::stats).getMessage();
        assertTrue(message.contains(file.toString()), message);
    }

    @Test
    void shouldMarkAGroupThatIsBehindItsDue() throws IOException {
        Path file = folder.resolve("counters.dat");
        idleEngine(file, "gold", "bronze").close();
        write(file, "service", 1_000);
        write(file, "gold: service", 400);
        write(file, "gold: service of all", 1_000L << 1);
        write(file, "gold: largest batch", 10);
        write(file, "bronze: service", 600);
        write(file, "bronze: service of all", 1_000L << 1);

        Braid table = Braid.run("stat", file.toString());

        assertTrue(
                table.lines().stream().anyMatch(line -> line.matches("gold +1 +0\\.500 +0\\.400< .*")), table.text());
        assertTrue(
                table.lines().stream().anyMatch(line -> line.matches("bronze +1 +0\\.500 +0\\.600  .*")), table.text());
        Map<?, ?> numbers =
                Json.object(Braid.run("stat", file.toString(), "--json").text());
        assertEquals(
                "true",
                ((Map<?, ?>) ((List<?>) numbers.get("groups")).get(0))
                        .get("behind")
                        .toString());
        assertEquals(
                "false",
                ((Map<?, ?>) ((List<?>) numbers.get("groups")).get(1))
                        .get("behind")
                        .toString());
    }

    /** A value into a file of counters, as CountersFile describes it. */
    private static void write(Path file, String label, long value) throws IOException {
        int[] id = {-1};
        int[] counters = {0};
        EngineStats.map(file).counters().forEach((counter, text) -> {
            id[0] = text.equals(label) ? counter : id[0];
            counters[0]++;
        });
        assertTrue(id[0] >= 0, "there is a counter " + label);
        long position = 128 + (long) counters[0] * CountersReader.METADATA_LENGTH + CountersReader.counterOffset(id[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(0, value),
                    position);
        }
    }

    @Test
    void shouldShowTheJournalsOwnNumbers() throws IOException {
        Path journal = folder.resolve("journal");
        Braid.withInput("a\nb\na\n", "run", "--input", "-", "--journal", journal.toString(), "--durability", "disk");

        Map<?, ?> numbers =
                Json.object(Braid.run("stat", journal.toString(), "--json").text());
        Map<?, ?> own = (Map<?, ?>) numbers.get("journal");
        String table = Braid.run("stat", journal.toString()).text();

        assertTrue(Long.parseLong((String) own.get("durableSequence")) <= 2, own.toString());
        assertTrue(Long.parseLong((String) own.get("bytes")) > 0, own.toString());
        assertTrue(Long.parseLong((String) own.get("frames")) > 0, own.toString());
        assertTrue(own.containsKey("forceNs") && own.containsKey("recentForceNs"), own.toString());
        assertTrue(table.contains("journal: durable up to "), table);
        assertTrue(table.contains(" behind the low watermark"), table);
    }

    @Test
    void shouldFitEightyColumnsWhateverThereIs() throws IOException {
        Path file = folder.resolve("counters.dat");
        String[] names = {"x".repeat(256), "the first of two long names", "the second of two long names", "all"};
        EngineBuilder<Object> builder = BraidEngine.<Object>builder(Object::new)
                .countersFile(file)
                .partitioner(record -> 0)
                .threadingMode(ThreadingMode.DEDICATED)
                .workers(16)
                .onWarning(warning -> {});
        for (String name : names) {
            builder.group(
                    HandlerGroup.named(name).weight(1_000_000).subStreams(1, id -> (record, sequence, end) -> {}));
        }
        builder.start().close();
        for (String group : List.of("all", names[1])) {
            write(file, group + ": processed", 123_456_789_012L);
            write(file, group + ": failed", 123_456_789_012L);
            write(file, group + ": shed", 123_456_789_012L);
            write(file, group + ": backlog", 12_345_678L);
            for (String kind : List.of("waiting", "recently waiting", "handling", "recently handling")) {
                write(file, group + ": " + kind + " samples", 1);
                write(file, group + ": " + kind + " p50 ns", 123_456);
                write(file, group + ": " + kind + " p99 ns", 123_456_789);
                write(file, group + ": " + kind + " p999 ns", 12_345_678_901L);
                write(file, group + ": " + kind + " max ns", 1_234_567_890_123L);
            }
        }

        Braid table = Braid.run("stat", file.toString());

        assertEquals(0, table.status(), table.err());
        for (String line : table.lines()) {
            assertTrue(line.length() <= 80, line.length() + " columns: " + line + "\n" + table.text());
        }
        // How many letters stay depends on the width of a rate, which depends on how long the engine ran.
        assertTrue(
                table.lines().stream().anyMatch(line -> line.matches("the fi.*\\.\\..*names +1000000 .*")),
                table.text());
    }

    @Test
    void shouldNameAFileThatIsNoneOfCounters() throws IOException {
        Path file = Files.writeString(folder.resolve("counters.dat"), "something else");

        Braid stat = Braid.run("stat", folder.toString());

        assertEquals(1, stat.status());
        assertTrue(stat.err().contains(file.toString()), stat.err());
    }
}
