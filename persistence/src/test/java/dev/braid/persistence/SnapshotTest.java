package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.Outcome;
import dev.braid.engine.Partitioner;
import dev.braid.persistence.Restarts.Folds;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    private static final int TIMEOUT_S = 60;
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path dir;

    private JournalWriterBuilder<Tx> journal(List<HandlerGroup<Tx>> groups) {
        return JournalWriter.builder(dir, Restarts.CODEC).groups(groups).unfinished(Unfinished.RESEND);
    }

    /** Goes on up to a sequence; a snapshot each so many results, and one at the end. */
    private StateReport runTo(
            int records,
            int every,
            List<HandlerGroup<Tx>> groups,
            Partitioner<Tx> partitioner,
            UnaryOperator<HandlerStatesBuilder<Tx>> settings) {
        try (JournalWriter<Tx> journal = journal(groups).open();
                HandlerStates<Tx> states = settings.apply(HandlerStates.builder(journal, groups, Tx::new)
                                .partitioner(partitioner)
                                .snapshotEvery(every))
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(states.groups())
                        .partitioner(partitioner)
                        .merge(journal)
                        .start()) {
            for (long n = journal.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
            return states.report();
        }
    }

    private StateReport runTo(int records) {
        return runTo(records, 1_000_000, Restarts.groups(NOTHING), Restarts::subStreamOf, settings -> settings);
    }

    private List<Path> snapshots() {
        return SnapshotFile.newestFirst(dir);
    }

    static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void shouldReplayOnlyWhatComesAfterTheNewestGoodSnapshot() throws IOException {
        assertEquals(Optional.empty(), runTo(100).snapshot());
        assertEquals(Optional.of("snapshot-0000000000000000100"), runTo(200).snapshot());
        runTo(300);
        assertEquals(2, snapshots().size());

        damage(snapshots().get(0));
        StateReport report = runTo(300);
        assertEquals(Optional.of("snapshot-0000000000000000200"), report.snapshot());
        assertEquals(200, report.fromSequence());
        assertEquals(100, report.replayed());
        assertTrue(report.damaged().get(0).startsWith("snapshot-0000000000000000300: its checksum"), report::toString);
        assertArrayEquals(Restarts.expectedStateAt(299), Restarts.stateAt(dir, 299));

        for (Path file : snapshots()) {
            damage(file);
        }
        report = runTo(350);
        assertEquals(Optional.empty(), report.snapshot());
        assertEquals(300, report.replayed());
        assertEquals(2, report.damaged().size());
        Restarts.checkResults(dir, 350);
    }

    @Test
    void shouldRefuseAJournalThatIsDamagedBetweenSnapshotAndTail() throws IOException {
        runTo(100);
        runTo(200);
        Files.delete(snapshots().get(0));
        TestJournal.Frame frame = TestJournal.frames(dir, 1).get(1);
        TestJournal.writeBytes(
                TestJournal.dataFile(dir, 1), frame.offset() + frame.length() / 2, new byte[] {77, 77, 77});

        JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> runTo(300));

        assertEquals(ProblemKind.CORRUPT, e.problem().kind(), e.getMessage());
    }

    @Test
    void shouldNotUseASnapshotThatIsAheadOfTheJournal() throws IOException {
        runTo(100);
        runTo(200);
        // As after a loss of power at Durability.PROCESS, which took results up to here.
        StateReport report = new StateRebuild<>(dir, Restarts.CODEC, Tx::new, id -> new Folds(NOTHING))
                .lowWatermark(150)
                .run();
        assertEquals(Optional.of("snapshot-0000000000000000100"), report.snapshot());
        assertTrue(report.damaged().get(0).contains("ahead of the journal"), report::toString);
    }

    @Test
    void shouldBeSalvagedAndMakeUpForResultsThatAreLost(@TempDir Path other) throws IOException {
        runTo(100);
        runTo(200);
        runTo(300);
        damage(snapshots().get(0));
        TestJournal.Frame frame = TestJournal.frames(dir, 0).get(1);
        TestJournal.writeBytes(TestJournal.dataFile(dir, 0), frame.offset() + frame.length() - 9, new byte[] {77});
        Path salvaged = other.resolve("salvaged");

        SalvageReport report = Journals.salvage(dir, salvaged, TestJournal.NO_PROGRESS);

        assertTrue(report.lost().count() > 0, report::toString);
        assertEquals(1, report.snapshots().copied());
        assertTrue(
                report.snapshots().bad().get(0).startsWith("snapshot-0000000000000000300: its checksum"),
                report::toString);
        assertFalse(report.isComplete());
        assertArrayEquals(Restarts.expectedStateAt(299), Restarts.stateAt(salvaged, 299));
    }

    @Test
    void shouldTakeSnapshotsWithoutStoppingOtherSubStreams() throws Exception {
        CountDownLatch hasStarted = new CountDownLatch(1);
        CountDownLatch isTaken = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<HandlerGroup<Tx>> groups = new ArrayList<>();
        groups.add(HandlerGroup.named("slow").weight(1).subStreams(1, id -> new StatefulHandler<Tx>() {
            @Override
            public void onStart() {
                hasStarted.countDown();
            }

            @Override
            public void onEvent(Tx tx, long sequence, boolean endOfBatch) {
                // Nothing to do.
            }

            @Override
            public void onReplay(Tx result, long sequence) {
                // Nothing to keep.
            }

            @Override
            public int snapshot(MutableDirectBuffer buffer, int offset) throws Exception {
                if (hasStarted.getCount() == 0) {
                    isTaken.countDown();
                    assertTrue(mayEnd.await(TIMEOUT_S, TimeUnit.SECONDS), "the others did not go on");
                }
                return 0;
            }

            @Override
            public void restore(DirectBuffer buffer, int offset, int length) {
                // Nothing to keep.
            }
        }));
        groups.add(HandlerGroup.named("others").weight(1).subStreams(1, id -> new Folds(NOTHING)));
        try (JournalWriter<Tx> journal = journal(groups).open();
                HandlerStates<Tx> states = HandlerStates.builder(journal, groups, Tx::new)
                        .snapshotEvery(10)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 2, NOTHING)
                        .groups(states.groups())
                        .partitioner(tx -> 1)
                        .merge(journal)
                        .start()) {
            for (int n = 0; n < 20; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
            assertTrue(isTaken.await(TIMEOUT_S, TimeUnit.SECONDS), "no snapshot within " + TIMEOUT_S + " s");
            for (int n = 20; n < 200; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
            assertTrue(journal.awaitDurable(199, Duration.ofSeconds(TIMEOUT_S)), "the others were stopped");
            mayEnd.countDown();
        }
        assertArrayEquals(Restarts.expectedStateAt(199), stateOfTwo());
    }

    private long[] stateOfTwo() {
        Folds folds = new Folds(NOTHING);
        new StateRebuild<>(dir, Restarts.CODEC, Tx::new, id -> id == 1 ? folds : null).run();
        long[] state = new long[2 * Restarts.KEYS];
        for (int key = 0; key < Restarts.KEYS; key++) {
            state[2 * key] = folds.counts[key];
            state[2 * key + 1] = folds.folds[key];
        }
        return state;
    }

    @Test
    void shouldNoticeAnotherPartitioning() throws IOException {
        List<HandlerGroup<Tx>> groups = Restarts.groups(NOTHING);
        runTo(100);
        Partitioner<Tx> other = tx -> (tx.key + 1) % 6;

        runTo(110, 1_000_000, groups, Restarts::subStreamOf, settings -> settings);
        for (Path file : snapshots()) {
            Files.delete(file);
        }
        PartitioningMismatchException e = assertThrows(
                PartitioningMismatchException.class, () -> runTo(120, 1_000_000, groups, other, settings -> settings));
        assertTrue(e.getMessage().contains("sequence 0 in sub-stream 0"), e.getMessage());
        assertThrows(
                PartitioningMismatchException.class,
                () -> runTo(
                        120,
                        1_000_000,
                        List.of(HandlerGroup.named("all").weight(1).subStreams(4, id -> new Folds(NOTHING))),
                        tx -> tx.key % 4,
                        settings -> settings));

        StateReport report = runTo(120, 1_000_000, groups, other, HandlerStatesBuilder::repartition);
        assertTrue(report.isRepartitioned());
        assertEquals(110, report.replayed());
        Restarts.checkResults(dir, 120);
    }

    @Test
    void shouldDeclareLostWhatCannotBeSentAgain() throws IOException {
        TestJournal.writeKilledRun(dir, 1, 0, 1, 4, 7);

        try (JournalWriter<TestJournal.Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                .unfinished(Unfinished.LOSE)
                .open()) {
            assertEquals(4, writer.recovery().sequences().missing());
            assertEquals(4, writer.lost());
            assertEquals(8, writer.nextSequence());
            assertEquals(7, writer.lowWatermark());
        }

        List<TestJournal.Result> results = TestJournal.read(dir, ReadOrder.SEQUENCE);
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), TestJournal.sequences(results));
        assertEquals(
                List.of(2L, 3L, 5L, 6L),
                results.stream()
                        .filter(result -> result.outcome() == Outcome.LOST)
                        .map(TestJournal.Result::sequence)
                        .toList());
        assertEquals(4, Journals.describe(dir).outcomes().lost());
        assertTrue(TestJournal.verify(dir).problems().isEmpty());
    }
}
