package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.FaultyDisk.Kind;
import dev.braid.persistence.FaultyDisk.Operation;
import dev.braid.persistence.Restarts.Folds;
import dev.braid.persistence.Restarts.Tx;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A writer whose folder is moved away touches nothing of what is put in its place: another journal whose epoch is the same, or a
 * copy of its own.
 */
class ReplacedFolderTest {
    private static final int RESULTS = 3000;
    private static final long ALL = Long.MAX_VALUE - 1;
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path folder;

    private Path journal() {
        return folder.resolve("journal");
    }

    private Path other() {
        return folder.resolve("other");
    }

    /** What is put in the place of a journal that is being written. */
    enum Other {
        ANOTHER_JOURNAL {
            @Override
            void make(Path journal, Path other) {
                try (JournalWriter<Line> writer = open(other, FileDisk.INSTANCE)) {
                    writer.begin();
                    fill(writer, 0, RESULTS);
                    writer.onShutdown();
                }
            }
        },
        COPY_WITH_ITS_LOCK_FILE {
            @Override
            void make(Path journal, Path other) throws IOException {
                TestJournal.copy(journal, other);
                TestJournal.adopt(other);
            }
        },
        BACKUP {
            @Override
            void make(Path journal, Path other) {
                Journals.backup(journal, null, other, TestJournal.NO_PROGRESS);
            }
        };

        abstract void make(Path journal, Path other) throws IOException;
    }

    private static JournalWriter<Line> open(Path dir, Disk disk) {
        return JournalWriter.builder(dir, TestJournal.CODEC)
                .segmentSize(64 * 1024)
                .disk(disk)
                .open();
    }

    private static void fill(JournalWriter<Line> writer, long from, long to) {
        for (long i = from; i < to; i++) {
            TestJournal.put(writer, i, 0, TestJournal.text(i) + "-".repeat(200));
            writer.onBatchEnd(i);
        }
    }

    private void exchange() throws IOException {
        Files.move(journal(), folder.resolve("away"));
        Files.move(other(), journal());
    }

    /** All files but locks and what was begun under names of its own, which the next start or writer removes. */
    private static Map<String, Integer> contents(Path dir) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(dir)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = dir.relativize(path).toString();
                if (!name.endsWith(".lock") && !name.contains(".new-")) {
                    contents.put(name, Arrays.hashCode(Files.readAllBytes(path)));
                }
            }
        }
        return contents;
    }

    /** Exchanges the folders before the first operation of a kind on something. */
    private final class Exchange implements FaultyDisk.Script {
        private final Kind kind;
        private final String of;
        private final AtomicBoolean isDone = new AtomicBoolean();

        Exchange(Kind kind, String of) {
            this.kind = kind;
            this.of = of;
        }

        @Override
        public void before(Operation operation) throws IOException {
            boolean isHere = operation.kind() == kind && operation.isOf(of) && Files.exists(other());
            if (isHere && isDone.compareAndSet(false, true)) {
                exchange();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CREATE_FOLDER, segment-0000000001",
        "OPEN, segment-0000000001",
        "REPLACE, segment-0000000001",
        "FORCE_FOLDER, /journal",
        "OPEN, manifest.new",
        "FORCE, manifest.new",
        "REPLACE, manifest",
        "TRUNCATE, segment-0000000000",
    })
    void shouldChangeNothingInAJournalThatTakesItsPlaceWhileItMakesAndSealsSegments(Kind kind, String of)
            throws IOException {
        Other.ANOTHER_JOURNAL.make(journal(), folder.resolve("made"));
        Map<String, Integer> before = contents(folder.resolve("made"));
        Exchange exchange = new Exchange(kind, of);

        JournalWriter<Line> writer = open(journal(), new FaultyDisk(exchange));
        writer.begin();
        fill(writer, 0, 10);
        Files.move(folder.resolve("made"), other()); // From now on.
        JournalException e = assertThrows(JournalException.class, () -> fill(writer, 10, 1_000_000));
        try {
            writer.onShutdown();
            writer.close();
        } catch (JournalException again) {
            assertFalse(again.getMessage().isEmpty()); // It is told once more, unless it was told before.
        }

        assertTrue(exchange.isDone.get());
        assertEquals(before, contents(journal()), e::toString);
        assertSound(journal());
        assertTrue(
                Journals.verify(folder.resolve("away"), TestJournal.NO_PROGRESS).isGood());
    }

    private static void assertSound(Path dir) {
        VerifyReport report = TestJournal.verify(dir);
        assertTrue(report.isGood(), report::toString);
        try (JournalWriter<Line> writer = TestJournal.open(dir)) {
            assertEquals(RESULTS, writer.nextSequence());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldChangeNoManifestButItsOwn(Other kind) throws IOException {
        JournalWriter<Line> writer = open(journal(), FileDisk.INSTANCE);
        writer.begin();
        fill(writer, 0, RESULTS);
        kind.make(journal(), other());
        Map<String, Integer> before = contents(other());
        exchange();

        assertThrows(JournalLockedException.class, () -> writer.journal().need(17));

        assertEquals(before, contents(journal()));
        end(writer);
        assertEquals(before, contents(journal()));
    }

    private static void end(JournalWriter<Line> writer) {
        try {
            writer.onShutdown();
        } catch (JournalException e) {
            assertFalse(e.getMessage().isEmpty()); // What it wrote last is not acknowledged.
        }
        try {
            writer.close();
        } catch (JournalException e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    @Test
    void shouldTellTheJournalByItsIdWhenTheFilesOfAnotherAreCopiedIntoItsOwn() throws IOException {
        Other.ANOTHER_JOURNAL.make(journal(), other());
        JournalWriter<Line> writer = open(journal(), FileDisk.INSTANCE);
        writer.begin();
        byte[] manifest = Files.readAllBytes(other().resolve(ManifestFile.NAME));
        Files.write(journal().resolve(ManifestFile.NAME), manifest);

        JournalException e = assertThrows(
                JournalLockedException.class, () -> writer.journal().need(17));

        assertTrue(e.getMessage().contains("another journal stands at " + journal()), e::getMessage);
        assertEquals(
                Arrays.hashCode(manifest), contents(journal()).get(ManifestFile.NAME), "the manifest of the other one");
        end(writer);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveUpNothingOfAnotherInputJournal(Other kind) throws IOException {
        JournalWriter<Line> writer = open(journal(), FileDisk.INSTANCE);
        writer.begin();
        fill(writer, 0, RESULTS);
        kind.make(journal(), other());
        Map<String, Integer> before = contents(other());
        InputRetention retention = new InputRetention(writer.journal(), () -> ALL);
        exchange();

        assertThrows(JournalLockedException.class, retention::doWork);

        assertEquals(before, contents(journal()));
        end(writer);
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeleteNothingOfAnotherInputJournalThatTakesItsPlaceOnceItHasGivenUpItsOwn(Other kind)
            throws IOException {
        AtomicBoolean isNext = new AtomicBoolean();
        FaultyDisk disk = new FaultyDisk(new FaultyDisk.Script() {
            @Override
            public void before(Operation operation) {}

            @Override
            public void after(Operation operation) throws IOException {
                boolean isManifest = operation.kind() == Kind.FORCE_FOLDER
                        && operation.path().equals(journal());
                if (isManifest && isNext.compareAndSet(true, false)) {
                    exchange();
                }
            }
        });
        JournalWriter<Line> writer = open(journal(), disk);
        writer.begin();
        fill(writer, 0, RESULTS);
        writer.onShutdown();
        kind.make(journal(), other());
        Map<String, Integer> before = contents(other());
        InputRetention retention = new InputRetention(writer.journal(), () -> ALL);
        isNext.set(true);

        assertThrows(JournalException.class, retention::doWork);

        assertFalse(Files.exists(other()), "it was put in place");
        assertEquals(before, contents(journal()));
        end(writer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"another", "copy"})
    void shouldDeleteOnlyWhatTheManifestInPlaceHasGivenUp(String kind) throws IOException {
        Other.ANOTHER_JOURNAL.make(other(), journal());
        Manifest manifest = ManifestFile.read(journal());
        boolean isAnother = kind.equals("another");
        if (isAnother) {
            ManifestFile.write(journal(), FileDisk.INSTANCE, manifest.withoutFirst(3));
        }
        int id = manifest.journal() + (isAnother ? 1 : 0);
        Map<String, Integer> before = contents(journal());

        SegmentContent.deleteGivenUp(journal(), id, () -> {}, FileDisk.INSTANCE);

        assertEquals(before, contents(journal()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldTakeNoSnapshotAtItsEndOnceABackupHasTakenItsPlace(int keep) throws IOException {
        for (int run = 1; run <= 3; run++) {
            run(keep, 300 * run, () -> {}, Optional.empty());
        }
        JournalRetention.of(journal()).below(ALL).apply();
        Throwable[] noSnapshot = {null};
        Map<String, Integer> before = new TreeMap<>();
        JournalException closed = assertThrows(
                JournalException.class,
                () -> run(
                        keep,
                        1200,
                        () -> {
                            Journals.backup(journal(), null, other(), TestJournal.NO_PROGRESS);
                            before.putAll(contents(other()));
                            exchange();
                        },
                        Optional.of(t -> noSnapshot[0] = t)));

        assertTrue(closed.getMessage().contains("nothing more"), closed::getMessage);
        assertTrue(isCausedByLoss(noSnapshot[0]), () -> "" + noSnapshot[0]);
        assertEquals(before, contents(journal()));
        run(keep, 1500, () -> {}, Optional.empty());
        assertTrue(TestJournal.verify(journal()).isGood());
    }

    private static boolean isCausedByLoss(Throwable t) {
        return t != null && (t instanceof JournalLockedException || isCausedByLoss(t.getCause()));
    }

    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    /** Goes on to a number of records, of which it takes a snapshot as it is closed. */
    private void run(int keep, long records, ThrowingRunnable beforeClose, Optional<org.agrona.ErrorHandler> noSnapshot)
            throws IOException {
        List<HandlerGroup<Tx>> groups =
                List.of(HandlerGroup.named("all").weight(1).subStreams(6, id -> new Folds(NOTHING)));
        try (JournalWriter<Tx> journal = JournalWriter.builder(journal(), Restarts.CODEC)
                        .segmentSize(64 * 1024)
                        .open();
                HandlerStates<Tx> states = HandlerStates.builder(journal, groups, Tx::new)
                        .snapshotEvery(1_000_000)
                        .keep(keep)
                        .onError(noSnapshot.orElse(t -> {
                            throw new AssertionError(t);
                        }))
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.SEQUENCE, 0, NOTHING)
                        .groups(states.groups())
                        .partitioner(Restarts::subStreamOf)
                        .merge(journal)
                        .start()) {
            for (long n = journal.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                while (engine.invoke() > 0) {
                    // Go on.
                }
            }
            beforeClose.run();
        }
    }

    @Test
    void shouldDeleteNoSnapshotBeforeTheManifestSaysWhatIsNeeded() throws IOException {
        run(1, 300, () -> {}, Optional.empty());
        long[] needed = {-1, -1};
        AtomicBoolean isNext = new AtomicBoolean(true);
        FaultyDisk disk = new FaultyDisk(operation -> {
            if (operation.kind() == Kind.DELETE
                    && operation.path().getFileName().toString().startsWith("snapshot-0")) {
                needed[1] = ManifestFile.read(journal()).needed();
                isNext.set(false);
            }
        });
        needed[0] = ManifestFile.read(journal()).needed();
        List<HandlerGroup<Tx>> groups =
                List.of(HandlerGroup.named("all").weight(1).subStreams(6, id -> new Folds(NOTHING)));
        try (JournalWriter<Tx> journal = JournalWriter.builder(journal(), Restarts.CODEC)
                        .disk(disk)
                        .open();
                HandlerStates<Tx> states = HandlerStates.builder(journal, groups, Tx::new)
                        .snapshotEvery(1_000_000)
                        .keep(1)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.SEQUENCE, 0, NOTHING)
                        .groups(states.groups())
                        .partitioner(Restarts::subStreamOf)
                        .merge(journal)
                        .start()) {
            for (int n = 300; n < 600; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                while (engine.invoke() > 0) {
                    // Go on.
                }
            }
        }
        assertFalse(isNext.get(), "the old snapshot is deleted");
        assertTrue(needed[1] > needed[0], needed[0] + " before, and " + needed[1] + " when it was deleted");
        assertEquals(needed[1], ManifestFile.read(journal()).needed());
        LongStream.of(needed).forEach(n -> assertTrue(n >= 0));
    }
}
