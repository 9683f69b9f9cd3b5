package dev.braid.persistence.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void shouldSayThatTheInputIsNotTheOneFromBefore() throws IOException {
        assertEquals(0, run("k,n\na,1\nb,2\n").status());

        Braid again = run("k,n\na,1\n");

        assertEquals(1, again.status());
        assertTrue(again.err().contains("has 1 records, but the journal has the results of the first 2"), again.err());
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
