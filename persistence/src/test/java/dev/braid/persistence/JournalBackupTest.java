package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is the journal as it was at some moment, whatever happens meanwhile. */
class JournalBackupTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final ProgressListener NO_PROGRESS = TestJournal.NO_PROGRESS;
    private static final int RECORDS = 10_000;

    @TempDir
    Path folder;

    private Path results() {
        return folder.resolve("results");
    }

    private Path input() {
        return folder.resolve("input");
    }

    private Path backup() {
        return folder.resolve("backup");
    }

    private interface Meanwhile {
        void at(long sequence);
    }

    /** Writes results, snapshots of state and an input journal, in small segments. */
    private void run(Path dir, Path inputDir, long records, Meanwhile meanwhile) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(Restarts.groups(NOTHING))
                        .unfinished(Unfinished.RESEND)
                        .segmentSize(64 << 10)
                        .open();
                InputJournal<Tx> input = InputJournal.open(
                        JournalWriter.builder(inputDir, Restarts.CODEC).segmentSize(64 << 10), journal);
                HandlerStates<Tx> states = HandlerStates.builder(journal, Restarts.groups(NOTHING), Tx::new)
                        .partitioner(Restarts::subStreamOf)
                        .snapshotEvery(1000)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(states.groups())
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            input.feed(engine);
            for (long n = input.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                meanwhile.at(n);
            }
        }
    }

    private void run(long records) {
        run(results(), input(), records, n -> {});
    }

    private BackupReport back() {
        return Journals.backup(results(), input(), backup(), NO_PROGRESS);
    }

    private void checkIsGood(Path dir) {
        VerifyReport report = Journals.verify(dir, NO_PROGRESS);
        assertTrue(report.isGood(), report::toString);
    }

    private Set<String> filesOf(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.map(file -> dir.relativize(file).toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void shouldResumeWithTheRightStateFromABackupOfALiveJournal() throws IOException {
        BackupReport[] report = {null};
        run(results(), input(), RECORDS, n -> {
            if (n == RECORDS / 2) {
                report[0] = back();
            }
        });

        assertTrue(
                report[0].extent().inputNext().orElseThrow()
                        >= report[0].extent().nextSequence(),
                report[0]::toString);
        assertTrue(report[0].extent().results() > 0, report[0]::toString);
        assertFalse(SnapshotFile.newestFirst(backup()).isEmpty());
        checkIsGood(backup());
        checkIsGood(backup().resolve("input"));
        Set<String> files = filesOf(backup());
        assertTrue(
                files.stream().noneMatch(name -> name.contains("journal.lock") || name.contains(".lease")),
                files::toString);
        RecoveryPlan plan = Journals.recoveryPlan(backup(), backup().resolve("input"), NO_PROGRESS);
        assertFalse(plan.isRefused(), plan::toString);
        assertTrue(plan.state().orElseThrow().fromSequence() > 0, plan::toString);

        run(backup(), backup().resolve("input"), RECORDS, n -> {});

        Restarts.checkResults(backup(), RECORDS);
        Restarts.checkResults(results(), RECORDS);
    }

    @Test
    void shouldNotCostTheWriterInTheSameProcessItsLock() {
        run(results(), input(), 100, n -> {
            if (n == 50) {
                back();
                try {
                    assertTrue(isLocked(results().resolve(JournalLock.FILE_NAME)), "of the results");
                    assertTrue(isLocked(input().resolve(JournalLock.FILE_NAME)), "of the input");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
    }

    /** As the system says: POSIX drops a process's locks on a file when any of its descriptors is closed. */
    private static boolean isLocked(Path file) throws IOException {
        long inode = (Long) Files.getAttribute(file, "unix:ino");
        return Files.readAllLines(Path.of("/proc/locks")).stream().anyMatch(line -> line.contains(":" + inode + " "));
    }

    @Test
    void shouldCopyOnlyWhatIsNew() {
        run(RECORDS);
        BackupReport first = back();
        assertEquals(0, first.files().kept());

        BackupReport same = back();
        assertEquals(0, same.files().copied(), same::toString);
        assertEquals(first.files().copied(), same.files().kept());

        run(2 * RECORDS);
        BackupReport second = back();
        assertTrue(second.files().kept() > 0 && second.files().copied() > 0, second::toString);
        assertTrue(second.files().copiedBytes() < first.files().copiedBytes() * 3 / 2, first + ", " + second);
        assertEquals(2 * RECORDS, second.extent().nextSequence());
        checkIsGood(backup());
        Restarts.checkResults(backup(), 2 * RECORDS);
    }

    @Test
    void shouldGoOnWithASegmentThatWasBeingWritten() {
        run(results(), input(), 2_000, n -> {
            if (n % 100 == 99) {
                BackupReport report = back();
                checkIsGood(backup());
                assertTrue(
                        report.extent().inputNext().orElseThrow()
                                >= report.extent().nextSequence(),
                        report::toString);
            }
        });
        assertEquals(2_000, back().extent().nextSequence());
        Restarts.checkResults(backup(), 2_000);
    }

    @Test
    void shouldGiveUpWhatRetentionGaveUp() {
        run(RECORDS);
        back();
        run(3 * RECORDS);
        JournalRetention.of(results()).maxBytes(0).apply();
        long first = Journals.describe(results()).sequences().first();
        assertTrue(first > RECORDS, "" + first);

        back();

        assertEquals(first, Journals.describe(backup()).sequences().first());
        assertEquals(
                JournalFolder.segments(results()).get(0).number(),
                JournalFolder.segments(backup()).get(0).number());
        checkIsGood(backup());
        assertFalse(Journals.recoveryPlan(backup(), backup().resolve("input"), NO_PROGRESS)
                .isRefused());
    }

    @Test
    void shouldHoldOffRetentionWhileItCopies() {
        run(2 * RECORDS);
        boolean[] isTried = {false};
        Journals.backup(results(), input(), backup(), (done, total) -> {
            if (!isTried[0]) {
                isTried[0] = true;
                RetentionReport report =
                        JournalRetention.of(results()).maxBytes(0).apply();
                assertEquals(List.of(), report.deleted());
            }
        });
        assertTrue(isTried[0]);
        assertEquals(0, Journals.describe(backup()).sequences().first());
        assertTrue(ReaderLease.held(results()).isEmpty());
        assertTrue(ReaderLease.held(input()).isEmpty());
    }

    @Test
    void shouldRefuseATargetThatIsOfAnotherJournal() {
        run(100);
        back();
        Path other = folder.resolve("other");
        run(other, folder.resolve("other-input"), 100, n -> {});
        JournalException e = assertThrows(
                JournalException.class,
                () -> Journals.backup(other, folder.resolve("other-input"), backup(), NO_PROGRESS));
        assertTrue(e.getMessage().contains("another journal"), e::getMessage);
        checkIsGood(backup());
        Restarts.checkResults(backup(), 100);
    }

    @Test
    void shouldRefuseATargetOfAnotherTimeline() throws IOException {
        run(100);
        Restarts.image(results(), folder.resolve("old"));
        Restarts.image(input(), folder.resolve("old-input"));
        run(200);
        back();
        run(folder.resolve("old"), folder.resolve("old-input"), 300, n -> {});

        JournalException e = assertThrows(
                JournalException.class,
                () -> Journals.backup(folder.resolve("old"), folder.resolve("old-input"), backup(), NO_PROGRESS));

        assertTrue(e.getMessage().contains("another timeline"), e::getMessage);
        Restarts.checkResults(backup(), 200);
    }

    @Test
    void shouldRefuseATargetThatWasWrittenSince() {
        run(100);
        back();
        run(backup(), backup().resolve("input"), 200, n -> {});
        JournalException e = assertThrows(JournalException.class, this::back);
        assertTrue(e.getMessage().contains("was written since"), e::getMessage);
        Restarts.checkResults(backup(), 200);
    }

    @Test
    void shouldRefuseATargetThatIsSomethingElse() throws IOException {
        run(100);
        Files.createDirectories(backup());
        Files.writeString(backup().resolve("letter.txt"), "dear");
        assertThrows(JournalNotEmptyException.class, this::back);
        assertEquals(Set.of("", "letter.txt"), filesOf(backup()));
        assertThrows(
                JournalException.class,
                () -> Journals.backup(results(), input(), results().resolve("in"), NO_PROGRESS));
        assertThrows(JournalException.class, () -> Journals.backup(results(), input(), folder, NO_PROGRESS));
    }

    @Test
    void shouldKeepTheBackupBeforeWhereTheJournalIsDamaged() throws IOException {
        run(RECORDS);
        back();
        run(2 * RECORDS);
        SealedSegment last = ManifestFile.read(results()).last();
        Path file = JournalFolder.segment(results(), last.number()).dataFile();
        int place = (int) last.size().fileLength() - 200;
        byte[] bytes = Files.readAllBytes(file);
        bytes[place] ^= 1;
        Files.write(file, bytes);

        assertThrows(JournalDamagedException.class, this::back);

        checkIsGood(backup());
        Restarts.checkResults(backup(), RECORDS);
        bytes[place] ^= 1;
        Files.write(file, bytes);
        back();
        Restarts.checkResults(backup(), 2 * RECORDS);
        checkIsGood(backup());
    }
}
