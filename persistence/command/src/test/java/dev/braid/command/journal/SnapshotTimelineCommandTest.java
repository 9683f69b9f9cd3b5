package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that lost results which a snapshot has: the totals are those of its results, also when it has others instead. */
class SnapshotTimelineCommandTest {
    private static final String FIRST = "a\n".repeat(350);
    private static final String AHEAD = "snapshot-0000000000000001500";

    @TempDir
    private Path folder;

    private Braid run(Path journal, String input, String... more) {
        Stream<String> args = Stream.of("run", "--resume", "--input", "-", "--journal", journal.toString());
        Braid run = Braid.withInput(input, Stream.concat(args, Stream.of(more)).toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        return run;
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }

    /** 350 results, and a snapshot of 1,500. */
    private Path aheadJournal() throws IOException {
        Path whole = folder.resolve("whole");
        Path lost = folder.resolve("lost");
        run(whole, FIRST);
        copy(whole, lost);
        run(whole, "a\n".repeat(1150));
        Files.copy(
                whole.resolve("snapshots").resolve(AHEAD),
                lost.resolve("snapshots").resolve(AHEAD));
        return lost;
    }

    private static String countOf(String key, Path journal) throws IOException {
        Braid state = Braid.run("replay", journal.toString(), "--state-at", "1599", "--format", "json");
        assertEquals(0, state.status(), state.err());
        Map<?, ?> keys = (Map<?, ?>) Json.object(state.text()).get("keys");
        return ((Map<?, ?>) keys.get(key)).get("count").toString();
    }

    @Test
    void shouldCountWhatIsInTheJournal() throws IOException {
        Path journal = aheadJournal();
        Braid plan = Braid.run("journal", "recovery-plan", journal.toString());
        assertEquals(0, plan.status(), plan.err());
        assertTrue(plan.text().contains("note: FOREIGN_SNAPSHOT: " + AHEAD + ": it is ahead"), plan.text());
        assertTrue(plan.text().contains("pass over a snapshot: " + AHEAD), plan.text());

        Braid before = Braid.run("replay", journal.toString(), "--state-at", "1599");
        assertTrue(before.err().contains("note: snapshot not used: " + AHEAD + ": it is ahead"), before.err());
        assertTrue(before.lines().stream().anyMatch(line -> line.matches("a +350")), before.text());

        Braid run = run(journal, "b\n".repeat(1249) + "a\n");

        assertTrue(run.err().contains("resuming: snapshot not used: " + AHEAD + ": it is ahead"), run.err());
        assertEquals("351", countOf("a", journal));
        assertEquals("1249", countOf("b", journal));
        assertTrue(Files.exists(journal.resolve("snapshots").resolve("foreign-" + AHEAD)));
        Braid raw = Braid.run("replay", journal.toString(), "--from-sequence", "1599", "--format", "raw");
        assertTrue(raw.text().contains("351"), raw.text());
        assertEquals(0, Braid.run("journal", "verify", journal.toString()).status());
    }

    @Test
    void shouldSalvageNoSnapshotThatIsAhead() throws IOException {
        Path journal = aheadJournal();
        Path mended = folder.resolve("mended");

        Braid salvage = Braid.run("journal", "salvage", journal.toString(), mended.toString());

        assertEquals(1, salvage.status(), salvage.err());
        assertTrue(salvage.text().contains("left out: " + AHEAD + ": it is ahead"), salvage.text());
        assertFalse(Files.exists(mended.resolve("snapshots").resolve(AHEAD)));
        run(mended, "b\n".repeat(1249) + "a\n");
        assertEquals("351", countOf("a", mended));
    }
}
