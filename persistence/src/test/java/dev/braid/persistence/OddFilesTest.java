package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a journal's folder, but is not the journal's. */
class OddFilesTest {
    private static final Pattern ACCESS = Pattern.compile(
            "\\bFiles\\.\\w+|FileChannel\\.open|\\bIoUtil\\.\\w+|RandomAccessFile|File(In|Out)putStream|toFile\\(\\)");

    /** What leads to a journal, not into it; and what is none. */
    private static final Map<String, List<String>> ALLOWED = Map.of(
            "JournalFolder.java", List.of("Files.isDirectory", "Files.exists"),
            "SalvageTarget.java", List.of("Files.exists"),
            "JournalBackup.java", List.of("Files.exists"),
            "BackupTarget.java", List.of("Files.exists", "Files.isDirectory", "Files.createDirectories"),
            "BackupCopy.java", List.of("Files.isDirectory"),
            "FileDisk.java", List.of("Files.getFileStore"),
            "BootId.java", List.of("Files.readString")); // Of the machine's boot id.

    @TempDir
    Path dir;

    @Test
    void shouldReachWhatIsInAJournalInOneWay() throws IOException {
        List<String> others = new ArrayList<>();
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/dev/braid/persistence"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                String name = source.getFileName().toString();
                if (name.equals("JournalFiles.java")) {
                    continue;
                }
                ACCESS.matcher(Files.readString(source))
                        .results()
                        .map(found -> found.group())
                        .filter(found -> !ALLOWED.getOrDefault(name, List.of()).contains(found))
                        .forEach(found -> others.add(name + ": " + found));
            }
        }
        assertEquals(List.of(), others, "what is in a journal is reached through JournalFiles alone");
    }

    @Test
    void shouldLeaveAloneWhatALinkInASegmentLeadsToWhenItIsGivenUp() throws IOException {
        Path journal = dir.resolve("journal");
        for (int i = 0; i < 3; i++) {
            TestJournal.writeRun(journal, 1, i);
        }
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Path file = Files.writeString(outside.resolve("file"), "precious");
        Path segment = JournalFolder.segment(journal, 0).folder();
        Files.createSymbolicLink(segment.resolve("link"), outside);

        RetentionReport plan = JournalRetention.of(journal).below(2).plan();
        RetentionReport report = JournalRetention.of(journal).below(2).apply();

        assertEquals(List.of("segment-0000000000"), report.keptAside());
        assertEquals(plan, report);
        assertEquals("precious", Files.readString(file));
        Path aside = journal.resolve("segment-0000000000.kept-1");
        assertTrue(Files.isSymbolicLink(aside.resolve("link")));
        assertEquals(1, count(aside), "what is Braid's is gone");
        assertTrue(TestJournal.verify(journal).isGood());
        TestJournal.writeRun(journal, 1, 3);
        assertEquals(List.of(2L, 3L), TestJournal.sequences(TestJournal.read(journal, ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldLeaveAloneWhatALinkLeadsToThatStandsWhereASegmentWould() throws IOException {
        Path journal = dir.resolve("journal");
        TestJournal.writeRun(journal, 1, 0);
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Path file = Files.writeString(outside.resolve("file"), "precious");
        Path link = Files.createSymbolicLink(journal.resolve("segment-0000000099"), outside);

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> TestJournal.open(journal));

        assertEquals(ProblemKind.ODD_FILE, e.problem().kind());
        assertTrue(e.getMessage().contains(link + " is a symbolic link"), e::getMessage);
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void shouldNotFollowALinkToAnInputJournal() throws IOException {
        Path journal = dir.resolve("journal");
        TestJournal.writeRun(journal, 1, 0);
        Path elsewhere = dir.resolve("elsewhere");
        TestJournal.writeRun(elsewhere, 1, 0);
        Path link = Files.createSymbolicLink(journal.resolve("input"), elsewhere);
        JournalDamagedException e = assertThrows(
                JournalDamagedException.class, () -> Journals.recoveryPlan(journal, null, TestJournal.NO_PROGRESS));
        assertTrue(e.getMessage().contains(link + " is a symbolic link"), e::getMessage);
    }

    @Test
    void shouldFollowTheJournalsOwnPath() throws IOException {
        Path real = Files.createDirectory(dir.resolve("real"));
        Path journal = Files.createSymbolicLink(dir.resolve("link"), real);
        TestJournal.writeRun(journal, 1, 0, 1);
        TestJournal.writeRun(journal, 1, 2);
        assertTrue(TestJournal.verify(journal).isGood());
        assertEquals(3, TestJournal.read(journal, ReadOrder.SEQUENCE).size());

        Path target =
                Files.createSymbolicLink(dir.resolve("target"), Files.createDirectory(dir.resolve("real-target")));
        assertTrue(Journals.salvage(journal, target, TestJournal.NO_PROGRESS).isComplete());
        assertEquals(3, TestJournal.read(target, ReadOrder.SEQUENCE).size());
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.count();
        }
    }
}
