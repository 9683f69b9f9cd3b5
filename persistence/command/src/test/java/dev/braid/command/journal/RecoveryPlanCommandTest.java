package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.BraidProcess;
import dev.braid.command.Json;
import dev.braid.command.TestFolders;
import dev.braid.persistence.Journals;
import dev.braid.persistence.Unbound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code recovery-plan} against what {@code run --resume} then reports, on what {@code kill -9} left. */
class RecoveryPlanCommandTest {
    private static final int TIMEOUT_S = 60;
    private static final int RECORDS = 150_000;
    private static final int KILLED_AFTER = 20_000;

    @TempDir
    private Path folder;

    private Path input() throws IOException {
        Path file = folder.resolve("in.csv");
        if (!Files.exists(file)) {
            StringBuilder lines = new StringBuilder("k,n\n");
            for (int i = 0; i < RECORDS; i++) {
                lines.append(i % 97).append(',').append(i).append('\n');
            }
            Files.writeString(file, lines);
        }
        return file;
    }

    private List<String> run(Path journal, String input, String... options) {
        List<String> args = new ArrayList<>(List.of("run", "--resume", "--journal", journal.toString()));
        args.addAll(List.of("--input", input, "--format", "csv", "--key", "k", "--sum", "n"));
        args.addAll(List.of("--snapshot-every", "2000", "--group", "few=9:1,2,3", "--group", "rest=1:*"));
        args.addAll(List.of(options));
        return args;
    }

    /** Starts a run, and kills it in the midst of its work. */
    private Path killed() throws IOException, InterruptedException {
        Path journal = folder.resolve("journal");
        String[] options = {"--input-journal", "process", "--threads", "2", "--rate", "15000"};
        Process process = BraidProcess.start(
                folder, run(journal, input().toString(), options).toArray(String[]::new));
        try {
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (!Journals.isJournal(journal)
                    || Journals.describe(journal).results() < KILLED_AFTER
                    || newestSnapshot(journal).isEmpty()) {
                assertTrue(
                        System.nanoTime() < deadlineNs,
                        "no " + KILLED_AFTER + " results, or no snapshot, in " + TIMEOUT_S + " s");
                assertFalse(process.waitFor(5, TimeUnit.MILLISECONDS), "the run ended by itself");
            }
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "the run outlived its end");
        return journal;
    }

    private static void damage(Path snapshot) throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        bytes[bytes.length / 2] ^= 1;
        Files.write(snapshot, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static Optional<Path> newestSnapshot(Path journal) throws IOException {
        if (!Files.exists(journal.resolve("snapshots"))) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(journal.resolve("snapshots"))) {
            return files.filter(file -> file.getFileName().toString().matches("snapshot-\\d+"))
                    .max(Comparator.naturalOrder());
        }
    }

    private static Map<String, Object> withoutTimes(Map<?, ?> report) {
        Map<String, Object> numbers = new TreeMap<>();
        report.forEach((field, value) -> {
            if (!field.toString().endsWith("Ns")) {
                numbers.put(field.toString(), value);
            }
        });
        return numbers;
    }

    /** What a restart on a copy of the journal reports. */
    private Map<String, Object> restarted(Path journal, boolean hasInputJournal, String input, String... options)
            throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy").resolve("journal");
        TestFolders.copy(journal, copy);
        if (!hasInputJournal) {
            IoUtil.delete(copy.resolve("input").toFile(), false);
            Unbound.make(copy);
        }
        Path summary = copy.resolveSibling("summary.json");
        List<String> args = run(copy, input, options);
        args.addAll(List.of("--summary", summary.toString()));
        Braid run = Braid.withInput("k,n\n", args.toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        return withoutTimes((Map<?, ?>) Json.object(Files.readString(summary)).get("restart"));
    }

    @Test
    void shouldTellWhatTheRestartThenReports() throws IOException, InterruptedException {
        Path journal = killed();
        damage(newestSnapshot(journal).orElseThrow());
        Map<String, Long> before = TestFolders.contents(journal);

        Braid json = Braid.run("journal", "recovery-plan", journal.toString(), "--json");
        Braid text = Braid.run("journal", "recovery-plan", journal.toString());

        assertEquals(before, TestFolders.contents(journal), "nothing is changed");
        assertEquals(0, json.status(), json.err());
        assertEquals(0, text.status(), text.err());
        Map<?, ?> plan = Json.object(json.text());
        Map<?, ?> restart = (Map<?, ?>) plan.get("restart");
        Map<String, Object> fed = withoutTimes((Map<?, ?>) restart.get("inputJournal"));
        assertNotNull(plan.get("inputJournal"));
        assertEquals(Set.of("inputJournal"), restart.keySet(), "any other start is refused");
        assertFalse(text.text().contains("if the source sends again"), text.text());
        assertEquals(1, ((List<?>) fed.get("damagedSnapshots")).size(), fed.toString());
        assertTrue(text.text().contains("pass over a snapshot: "), text.text());
        assertTrue(text.text().contains("restore the state of handlers from " + fed.get("snapshot")), text.text());
        assertTrue(text.text().contains("replay " + fed.get("replayed") + " results"), text.text());
        assertTrue(text.text().contains(fed.get("fed") + " records are fed again"), text.text());

        String input = input().toString();
        assertEquals(restarted(journal, true, input, "--input-journal", "process"), fed);
        checkWithoutInputJournal(journal, input);
    }

    private void checkWithoutInputJournal(Path journal, String input) throws IOException {
        Path copy = folder.resolve("without");
        TestFolders.copy(journal, copy);
        IoUtil.delete(copy.resolve("input").toFile(), false);
        Unbound.make(copy);
        Braid json = Braid.run("journal", "recovery-plan", copy.toString(), "--json");
        assertEquals(0, json.status(), json.err());
        Map<?, ?> restart = (Map<?, ?>) Json.object(json.text()).get("restart");
        assertEquals(Set.of("resend", "lose"), restart.keySet());
        assertEquals(restarted(journal, false, input), withoutTimes((Map<?, ?>) restart.get("resend")));
        assertEquals(restarted(journal, false, "-"), withoutTimes((Map<?, ?>) restart.get("lose")));
    }

    @Test
    void shouldRefuseAnInputJournalThatIsNone() throws IOException {
        Path journal = folder.resolve("journal");
        assertEquals(
                0,
                Braid.run(run(journal, input().toString()).toArray(String[]::new))
                        .status());
        Braid plan = Braid.run("journal", "recovery-plan", journal.toString(), "--input-journal", folder.toString());
        assertEquals(2, plan.status());
        assertTrue(plan.err().contains(folder + ": is not a journal"), plan.err());
    }
}
