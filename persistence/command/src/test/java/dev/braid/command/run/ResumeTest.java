package dev.braid.command.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import dev.braid.command.Progress;
import dev.braid.command.TestFolders;
import dev.braid.command.input.KeyedRecord;
import dev.braid.engine.Outcome;
import dev.braid.persistence.JournalWriter;
import dev.braid.persistence.Journals;
import dev.braid.persistence.Unbound;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run --resume}. */
class ResumeTest {
    @TempDir
    private Path folder;

    private Path summary() {
        return folder.resolve("summary.json");
    }

    private Braid run(String input, String... options) throws IOException {
        Path file = Files.writeString(folder.resolve("in.csv"), input);
        List<String> args = List.of(
                "run",
                "--resume",
                "--input",
                file.toString(),
                "--key",
                "k",
                "--sum",
                "n",
                "--journal",
                folder.resolve("journal").toString(),
                "--summary",
                summary().toString());
        return Braid.run(Stream.concat(args.stream(), Stream.of(options)).toArray(String[]::new));
    }

    private Map<?, ?> summaryJson() throws IOException {
        return Json.object(Files.readString(summary()));
    }

    private List<String> results() {
        return Braid.run("replay", folder.resolve("journal").toString(), "--order", "sequence", "--format", "raw")
                .lines();
    }

    @Test
    void shouldPassOverWhatIsJournaledAndKeepTheTotals() throws IOException {
        assertEquals(0, run("k,n\na,1\nb,2\na,x\n").status());
        for (String snapshots : new String[] {"0", "1"}) {
            Braid again = run("k,n\na,1\nb,2\na,x\na,4\n", "--snapshot-every", snapshots);
            assertEquals(0, again.status(), again.err());
            assertTrue(again.err().contains("resuming"), again.err());
        }

        Braid last = run(
                "k,n\na,1\nb,2\na,x\na,4\nb,8\n",
                "--durability",
                "disk",
                "--order",
                "sequence",
                "--threads",
                "2",
                "--group",
                "other=7:*");

        assertEquals(0, last.status(), last.err());
        assertEquals("5", summaryJson().get("records"));
        assertEquals("1", summaryJson().get("recordsThisRun"));
        assertEquals("4", summaryJson().get("processed"));
        assertEquals("1", summaryJson().get("failed"));
        assertEquals("disk", summaryJson().get("durability"));
        assertEquals(Map.of("n", "15"), summaryJson().get("sums"));
        assertEquals("0", ((Map<?, ?>) summaryJson().get("restart")).get("replayed"), "after a snapshot");
        assertEquals(
                List.of(
                        "{\"key\":\"a\",\"count\":1,\"sums\":{\"n\":\"1\"}}",
                        "{\"key\":\"b\",\"count\":1,\"sums\":{\"n\":\"2\"}}",
                        "{\"key\":\"a\",\"count\":2,\"sums\":{\"n\":\"5\"}}",
                        "{\"key\":\"b\",\"count\":2,\"sums\":{\"n\":\"10\"}}"),
                results().stream().filter(line -> line.startsWith("{")).toList());
    }

    @Test
    void shouldTellTheTotalsAsOfASequence() throws IOException {
        String[] groups = {"--group", "x=8:a", "--group", "y=1:*", "--snapshot-every", "1"};
        StringBuilder input = new StringBuilder("k,n\n");
        for (int i = 0; i < 60; i++) {
            input.append((char) ('a' + i % 3)).append(',').append(i).append('\n');
            if (i % 20 == 19) {
                assertEquals(0, run(input.toString(), groups).status());
            }
        }
        String journal = folder.resolve("journal").toString();
        for (int at : new int[] {0, 7, 20, 45, 59}) {
            Braid state = Braid.run("replay", journal, "--state-at", "" + at, "--format", "json");
            assertEquals(0, state.status(), state.err());
            Map<?, ?> totals = (Map<?, ?>) Json.object(state.text()).get("totals");
            assertEquals("" + (at + 1), totals.get("count"), "at " + at);
            assertEquals(Map.of("n", "" + at * (at + 1) / 2), totals.get("sums"), "at " + at);
        }
        Braid table = Braid.run("replay", journal, "--state-at", "3");
        assertTrue(table.text().contains("(all)"), table.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "7"})
    void shouldTellTheTotalsAsOfASequenceWhereGroupsWereMoved(String every) throws IOException {
        List<List<String>> runs =
                List.of(List.of("x=8:a", "y=1:*"), List.of("y=1:*", "x=8:a"), List.of("z=2:b", "y=1:*", "x=8:a"));
        StringBuilder input = new StringBuilder("k,n\n");
        int next = 0;
        for (List<String> groups : runs) {
            for (int end = next + 20; next < end; next++) {
                input.append((char) ('a' + next % 3)).append(',').append(next).append('\n');
            }
            List<String> options = new ArrayList<>(List.of("--snapshot-every", every));
            groups.forEach(group -> options.addAll(List.of("--group", group)));
            assertEquals(
                    0, run(input.toString(), options.toArray(String[]::new)).status());
        }
        String journal = folder.resolve("journal").toString();
        for (int at : new int[] {0, 7, 19, 20, 23, 45, 59}) {
            Braid state = Braid.run("replay", journal, "--state-at", "" + at, "--format", "json");
            assertEquals(0, state.status(), state.err());
            Map<?, ?> totals = (Map<?, ?>) Json.object(state.text()).get("totals");
            assertEquals("" + (at + 1), totals.get("count"), "at " + at);
            assertEquals(Map.of("n", "" + at * (at + 1) / 2), totals.get("sums"), "at " + at);
        }
        Braid plan = Braid.run("journal", "recovery-plan", journal);
        assertEquals(0, plan.status(), plan.err() + plan.text());
    }

    @Test
    void shouldMoveTheTotalsWhenKeysArePartitionedDifferently() throws IOException {
        assertEquals(
                0,
                run("k,n\na,1\nb,2\n", "--group", "x=1:a", "--group", "y=2:*").status());

        Braid again = run("k,n\na,1\nb,2\na,4\nb,8\n", "--group", "x=1:c,b", "--group", "y=2:*");

        assertEquals(0, again.status(), again.err());
        assertTrue(again.err().contains("partitioned differently"), again.err());
        assertEquals(Map.of("n", "15"), summaryJson().get("sums"));
        assertTrue(results().contains("{\"key\":\"b\",\"count\":2,\"sums\":{\"n\":\"10\"}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,1| has 1 records, but the journal has the results of the first 3",
                "a,1;c,2;a,x;b,5| of sequence 1, line 3, the journal has key 'b', the input 'c'",
                "a,1;b,3;a,x;b,5| of sequence 1, line 3, the journal has an amount of 2, the input 3",
                "a,1;b,y;a,x;b,5| of sequence 1, line 3, the journal has key 'b', but in the input it has none: field 'n'",
                "a,1;b,2;a,y;b,5| of sequence 2, line 4, the journal has the failure 'line 4: field 'n' is not a number: 'x''",
                "a,1;b,2;a,3;b,5| of sequence 2, line 4, the journal has the failure 'line 4: field 'n' is not a number: 'x'', the input key 'a'",
            })
    void shouldSayThatTheInputIsNotTheOneFromBefore(String input, String message) throws IOException {
        assertEquals(0, run("k,n\na,1\nb,2\na,x\n").status());

        Braid again = run("k,n\n" + input.replace(';', '\n') + "\n");

        assertEquals(1, again.status());
        assertTrue(again.err().contains("in.csv"), again.err());
        assertTrue(again.err().contains(message), again.err());
        assertTrue(again.err().contains("nothing was handled"), again.err());
        assertEquals(3, Journals.describe(folder.resolve("journal")).results());
        assertEquals(0, run("k,n\na,1\nb,2\na,x\nb,5\n").status());
        assertEquals(Map.of("n", "8"), summaryJson().get("sums"));
    }

    @Test
    void shouldRefuseToSumUpOtherFields() throws IOException {
        assertEquals(0, run("k,n,m\na,1,2\n").status());

        Path file = folder.resolve("in.csv");
        Path journal = folder.resolve("journal");
        String[] args = {"run", "--resume", "--input", "" + file, "--key", "k", "--sum", "m", "--journal", "" + journal
        };
        Braid other = Braid.run(args);

        assertEquals(2, other.status(), other.err());
        assertTrue(other.err().contains("[n] were summed up, not [m]"), other.err());
        Braid fewer = Braid.run("run", "--resume", "--input", "" + file, "--key", "k", "--journal", "" + journal);
        assertTrue(fewer.status() != 0, fewer.err());
        assertEquals(0, run("k,n,m\na,1,2\na,2,2\n").status());
        assertEquals(Map.of("n", "3"), summaryJson().get("sums"));
    }

    @ParameterizedTest
    @CsvSource({"n", "m", "'m,n'", "'n,m,o'", "''"})
    void shouldRefuseToSumUpFewerOrMoreFieldsOrInAnotherOrder(String fields) throws IOException {
        assertEquals(
                0,
                run("k,n,m,o\na,1,2,3\n", "--sum", "m", "--input-journal", "process")
                        .status());
        Map<String, Long> before = TestFolders.contents(folder.resolve("journal"));

        List<String> args = new ArrayList<>(List.of("run", "--resume", "--key", "k", "--input-journal", "process"));
        args.addAll(List.of("--input", folder.resolve("in.csv").toString()));
        args.addAll(List.of("--journal", folder.resolve("journal").toString()));
        for (String field : fields.isEmpty() ? new String[0] : fields.split(",")) {
            args.addAll(List.of("--sum", field));
        }
        Braid other = Braid.run(args.toArray(String[]::new));

        assertEquals(2, other.status(), other.err());
        assertTrue(other.err().contains("[n, m] were summed up, not ["), other.err());
        assertTrue(other.err().contains("nothing was touched"), other.err());
        assertEquals(before, TestFolders.contents(folder.resolve("journal")));
    }

    @Test
    void shouldSayWhyTheTotalsCannotMoveOnceResultsWereGivenUp() throws IOException {
        String[] groups = {"--group", "x=1:a", "--group", "y=2:*", "--snapshot-every", "1"};
        StringBuilder input = new StringBuilder("k,n\n");
        for (int i = 0; i < 4; i++) {
            input.append("a,1\nb,2\n");
            assertEquals(0, run(input.toString(), groups).status());
        }
        Path journal = folder.resolve("journal");
        Braid retain = Braid.run("journal", "retain", journal.toString(), "--below", "4");
        assertEquals(0, retain.status(), retain.err());
        assertTrue(Journals.describe(journal).sequences().first() > 0, retain.text());

        Braid other = run(input.toString(), "--group", "x=1:c,b", "--group", "y=2:*");

        assertEquals(1, other.status(), other.err());
        assertTrue(other.err().contains("go on with the partitioning as it was"), other.err());
        assertFalse(other.err().contains("no good snapshot"), other.err());
        assertEquals(0, run(input.toString(), groups).status());
        assertEquals(Map.of("n", "12"), summaryJson().get("sums"));
    }

    /** As a run leaves it that is killed: sequence 1 has no result, but 2 has. */
    private void leaveHole() throws IOException {
        Path living = folder.resolve("living");
        try (JournalWriter<KeyedRecord> journal = JournalWriter.builder(living, new TotalsCodec(List.of("n")))
                .groups(new GroupLayout(List.of(GroupOption.parse("all=1:*")), 1).groups())
                .open()) {
            GroupLayout layout = new GroupLayout(List.of(GroupOption.parse("all=1:*")), 1);
            journal.onStart();
            for (int sequence : new int[] {0, 2}) {
                KeyedRecord record = new KeyedRecord(1);
                record.key("k" + sequence);
                record.count = 1;
                record.sums[0] = BigDecimal.valueOf(sequence);
                journal.onResult(record, sequence, layout.partitioner().subStreamOf(record), Outcome.PROCESSED, null);
                journal.onBatchEnd(0);
            }
            TestFolders.copy(living, folder.resolve("journal"));
            journal.onShutdown();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldCompareWhatIsAheadOfTheLowWatermark() throws IOException {
        leaveHole();
        Braid other = run("k,n\nk0,0\nk1,1\nk3,2\nk3,3\n");
        assertEquals(1, other.status());
        assertTrue(
                other.err().contains("of sequence 2, line 4, the journal has key 'k2', the input 'k3'"), other.err());
        assertEquals(2, Journals.describe(folder.resolve("journal")).results(), "1 was not handled");

        Braid same = run("k,n\nk0,0\nk1,1\nk2,2\nk3,3\n");
        assertEquals(0, same.status(), same.err());
        assertEquals("4", summaryJson().get("processed"));
        assertEquals(Map.of("n", "6"), summaryJson().get("sums"));
        assertEquals("1", ((Map<?, ?>) summaryJson().get("restart")).get("resent"));
        assertEquals(4, results().size());
    }

    @Test
    void shouldShowHowFarReplayingAndFeedingAre() throws IOException {
        StringBuilder input = new StringBuilder("k,n\n");
        for (int i = 0; i < 100_000; i++) {
            input.append("a key that takes some room ").append(i % 10).append(",1\n");
        }
        String[] options = {"--input-journal", "process", "--snapshot-every", "0"};
        Braid first = run(input.toString(), options);
        assertEquals(0, first.status(), first.err());
        // As if all results had been lost.
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.copy(folder.resolve("journal/journal.lock"), other.resolve("journal.lock"));
        TestFolders.copy(folder.resolve("journal/input"), other.resolve("input"));
        System.setProperty(Progress.TERMINAL_PROPERTY, "true");
        try {
            Braid again = run(input.toString(), options);
            assertEquals(0, again.status(), again.err());
            assertTrue(again.err().contains("replaying"), again.err());
            assertFalse(again.err().contains("feeding"), again.err());

            Unbound.make(other.resolve("input"));
            IoUtil.delete(folder.resolve("journal").toFile(), false);
            Files.move(other, folder.resolve("journal"));
            Braid fed = run(input.toString(), options);
            assertEquals(0, fed.status(), fed.err());
            assertTrue(fed.err().contains("feeding"), fed.err());
            assertFalse(fed.err().contains("replaying"), fed.err());
            assertEquals("100000", ((Map<?, ?>) summaryJson().get("restart")).get("fed"));
            assertEquals(Map.of("n", "100000"), summaryJson().get("sums"));
        } finally {
            System.clearProperty(Progress.TERMINAL_PROPERTY);
        }
    }
}
