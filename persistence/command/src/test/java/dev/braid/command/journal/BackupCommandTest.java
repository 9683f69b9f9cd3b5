package dev.braid.command.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.command.Braid;
import dev.braid.command.Json;
import dev.braid.command.TestFolders;
import dev.braid.persistence.Journals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code journal backup}, and what of other verbs concerns the input journal. */
class BackupCommandTest {
    @TempDir
    private Path folder;

    private String journal() {
        return folder.resolve("journal").toString();
    }

    private String target() {
        return folder.resolve("backup").toString();
    }

    private static Braid braid(int status, String... args) {
        Braid braid = Braid.run(args);
        assertEquals(status, braid.status(), braid.err() + braid.text());
        return braid;
    }

    private static Map<?, ?> json(int status, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        return Json.object(braid(status, all.toArray(String[]::new)).text());
    }

    /** Goes on with a journal that has an input journal, until so many records have results. */
    private Braid run(int status, String journal, int records, String... options) throws IOException {
        StringBuilder lines = new StringBuilder("k,n\n");
        for (int i = 0; i < records; i++) {
            lines.append((char) ('a' + i % 5)).append(',').append(i).append('\n');
        }
        Path input = Files.writeString(folder.resolve("in.csv"), lines);
        List<String> args = new ArrayList<>(List.of("run", "--resume", "--journal", journal, "--snapshot-every", "20"));
        args.addAll(List.of("--input", input.toString(), "--key", "k", "--sum", "n"));
        args.addAll(List.of(options));
        return braid(status, args.toArray(String[]::new));
    }

    private Braid runWithInput(String journal, int records) throws IOException {
        return run(0, journal, records, "--input-journal", "process");
    }

    private static List<String> results(String journal) {
        return braid(0, "replay", journal, "--order", "sequence", "--format", "raw")
                .lines();
    }

    @Test
    void shouldCopyAJournalWithItsInputJournalAndThenOnlyWhatIsNew() throws IOException {
        runWithInput(journal(), 100);
        Map<?, ?> first = json(0, "journal", "backup", journal(), target());
        assertEquals("100", first.get("results"));
        assertEquals("99", first.get("lowWatermark"));
        assertEquals("100", first.get("nextSequence"));
        assertEquals("100", first.get("inputNextSequence"));
        assertEquals("0", first.get("kept"));
        assertEquals(results(journal()), results(target()));
        braid(0, "journal", "verify", target());

        runWithInput(journal(), 130);
        Braid second = braid(0, "journal", "backup", journal(), target());
        assertTrue(second.text().contains("backup: 130 results, up to sequence 129"), second.text());
        assertTrue(second.text().contains("input journal: up to sequence 129"), second.text());
        assertEquals(results(journal()), results(target()));
        Map<?, ?> third = json(0, "journal", "backup", journal(), target());
        assertTrue(Integer.parseInt(third.get("kept").toString()) > 0, third.toString());
        assertEquals(
                Map.of("good", "true"),
                Map.of(
                        "good",
                        json(0, "journal", "verify", target()).get("good").toString()));

        IoUtil.delete(folder.resolve("journal").toFile(), false);
        runWithInput(target(), 150);
        assertEquals(150, Journals.describe(folder.resolve("backup")).results());
    }

    @Test
    void shouldCopyAnInputJournalFromElsewhere() throws IOException {
        runWithInput(journal(), 20);
        Path elsewhere = Files.move(folder.resolve("journal").resolve("input"), folder.resolve("elsewhere"));
        Braid missing = braid(1, "journal", "backup", journal(), target());
        assertTrue(missing.err().contains("of the input journal: it is missing"), missing.err());

        Map<?, ?> report = json(0, "journal", "backup", journal(), target(), "--input-journal", elsewhere.toString());

        assertEquals("20", report.get("inputNextSequence"));
        braid(0, "journal", "verify", target());
    }

    @Test
    void shouldTouchNothingOfWhatIsNoBackup() throws IOException {
        runWithInput(journal(), 20);
        Path other = Files.createDirectory(folder.resolve("other"));
        Path file = Files.writeString(other.resolve("file"), "of somebody else");
        for (String target : new String[] {other.toString(), file.toString(), journal() + "/in", folder.toString()}) {
            Braid refused = braid(2, "journal", "backup", journal(), target);
            assertTrue(refused.err().contains(target), refused.err());
        }
        assertEquals("of somebody else", Files.readString(file));
        Braid none = braid(2, "journal", "backup", folder.resolve("none").toString(), target());
        assertTrue(none.err().contains("none: no such folder"), none.err());
        runWithInput(folder.resolve("another").toString(), 20);
        braid(0, "journal", "backup", folder.resolve("another").toString(), target());
        Map<String, Long> before = TestFolders.contents(folder.resolve("backup"));
        Braid ofAnother = braid(1, "journal", "backup", journal(), target());
        assertTrue(ofAnother.err().contains(target()), ofAnother.err());
        assertEquals(before, TestFolders.contents(folder.resolve("backup")));
    }

    @Test
    void shouldLeaveTheBackupBeforeWhenTheJournalIsDamaged() throws IOException {
        runWithInput(journal(), 100);
        braid(0, "journal", "backup", journal(), target());
        Map<String, Long> before = TestFolders.contents(folder.resolve("backup"));
        runWithInput(journal(), 130);
        IoUtil.delete(folder.resolve("journal").resolve("segment-0000000001").toFile(), false);

        Braid refused = braid(1, "journal", "backup", journal(), target());

        assertTrue(refused.err().contains("MISSING_SEGMENT"), refused.err());
        assertEquals(before, TestFolders.contents(folder.resolve("backup")));
        braid(0, "journal", "verify", target());
    }

    @Test
    void shouldFinishWhatWasBrokenOffWhileItWasPutInItsPlace() throws IOException {
        runWithInput(journal(), 20);
        braid(0, "journal", "backup", journal(), target());
        Files.createDirectory(folder.resolve("backup").resolve("backup.commit"));
        Braid incomplete = braid(1, "journal", "verify", target());
        assertTrue(incomplete.err().contains("is an incomplete backup"), incomplete.err());

        braid(0, "journal", "backup", "--finish", journal(), target());

        braid(0, "journal", "verify", target());
        assertEquals(results(journal()), results(target()));
    }

    @Test
    void shouldVerifyTheInputJournalWhereItIs() throws IOException {
        runWithInput(journal(), 20);
        runWithInput(folder.resolve("another").toString(), 20);
        braid(0, "journal", "verify", journal());
        Path elsewhere = Files.move(folder.resolve("journal").resolve("input"), folder.resolve("elsewhere"));
        for (String tail : new String[] {"--json", "--tail"}) {
            Braid missing = braid(1, "journal", "verify", journal(), tail);
            assertTrue(missing.text().contains("BAD_INPUT"), missing.text());
            Braid ofAnother = braid(
                    1, "journal", "verify", journal(), tail, "--input-journal", folder.resolve("another/input") + "");
            assertTrue(ofAnother.text().contains("BAD_INPUT"), ofAnother.text());
            braid(0, "journal", "verify", journal(), tail, "--input-journal", elsewhere.toString());
        }
        Braid none = braid(2, "journal", "verify", journal(), "--input-journal", folder.toString());
        assertTrue(none.err().contains(folder + ": is not a journal"), none.err());

        IoUtil.delete(elsewhere.resolve("segment-0000000000").toFile(), false);
        Braid damaged = braid(1, "journal", "verify", journal(), "--input-journal", elsewhere.toString());
        assertTrue(damaged.text().contains("MISSING_SEGMENT"), damaged.text());
        assertTrue(damaged.text().contains(elsewhere.toString()), damaged.text());
    }

    @Test
    void shouldGoOnWithoutAnInputJournalThatIsGivenUp() throws IOException {
        runWithInput(journal(), 20);
        Braid both = run(2, journal(), 25, "--input-journal", "process", "--give-up-input-journal");
        assertTrue(both.err().contains("cannot be both used and given up"), both.err());
        IoUtil.delete(folder.resolve("journal").resolve("input").toFile(), false);
        for (String[] options : new String[][] {{}, {"--input-journal", "process"}}) {
            Braid refused = run(1, journal(), 25, options);
            assertTrue(refused.err().contains("of the input journal: it is missing"), refused.err());
        }
        Braid unresumed = braid(2, "run", "--journal", journal(), "--give-up-input-journal");
        assertTrue(unresumed.err().contains("--give-up-input-journal needs --resume"), unresumed.err());
        assertEquals(20, results(journal()).size());

        run(0, journal(), 25, "--give-up-input-journal");

        braid(0, "journal", "verify", journal());
        run(0, journal(), 30);
        assertEquals(30, Journals.describe(folder.resolve("journal")).outcomes().processed());
    }
}
