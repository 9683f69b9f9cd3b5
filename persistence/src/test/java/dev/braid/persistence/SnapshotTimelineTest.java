package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.Restarts.Folds;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.IoUtil;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot is used on the journal that has what is part of it, and on no other course of events. */
class SnapshotTimelineTest {
    private static final int TIMEOUT_S = 60;
    private static final int SUB_STREAMS = 6;
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    /** How a run is opened, and where it ends. */
    private static final class Run {
        private final Path dir;
        private Durability durability = Durability.PROCESS;
        private Disk disk = FileDisk.INSTANCE;
        private int every = 1_000_000;
        private int keep = 2;
        private boolean trusts;
        private long salt;
        private MergeOrder order = MergeOrder.SEQUENCE;
        /** Of the handlers, in the order of their sub-streams. */
        private Folds[] handlers;

        private RecoveryReport recovery;
        private StateReport report;
        private long[] restored;

        Run(Path dir) {
            this.dir = dir;
        }

        /** Goes on to a sequence with records of its own; {@code atEnd} comes before the engine is closed. */
        Run to(long records, ThrowingRunnable atEnd) {
            handlers = new Folds[SUB_STREAMS];
            List<HandlerGroup<Tx>> groups = List.of(HandlerGroup.named("all")
                    .weight(1)
                    .subStreams(SUB_STREAMS, id -> handlers[id] = new Folds(NOTHING)));
            try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                            .durability(durability)
                            .disk(disk)
                            .segmentSize(64 * 1024)
                            .unfinished(Unfinished.RESEND)
                            .open();
                    HandlerStates<Tx> states = states(journal, groups);
                    BraidEngine<Tx> engine = Restarts.engine(order, 0, NOTHING)
                            .groups(states.groups())
                            .partitioner(Restarts::subStreamOf)
                            .merge(journal)
                            .start()) {
                recovery = journal.recovery();
                report = states.report();
                restored = merge(handlers);
                for (long n = journal.nextSequence(); n < records; n++) {
                    engine.ingress().publish((tx, sequence) -> {
                        tx.fill(sequence);
                        tx.value += salt;
                    });
                    if (n % 7 == 0) {
                        engine.invoke();
                    }
                }
                while (engine.invoke() > 0) {
                    // Go on.
                }
                atEnd.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        Run to(long records) {
            return to(records, () -> {});
        }

        private HandlerStates<Tx> states(JournalWriter<Tx> journal, List<HandlerGroup<Tx>> groups) {
            HandlerStatesBuilder<Tx> builder = HandlerStates.builder(journal, groups, Tx::new)
                    .snapshotEvery(every)
                    .keep(keep)
                    .onError(t -> {
                        throw new AssertionError(t);
                    });
            return (trusts ? builder.trustVersion1() : builder).open();
        }

        Run salt(long number) {
            salt = number * 1_000_003;
            return this;
        }
    }

    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    private static long[] merge(Folds[] handlers) {
        long[] state = new long[2 * Restarts.KEYS];
        for (Folds handler : handlers) {
            for (int key = 0; key < Restarts.KEYS; key++) {
                state[2 * key] += handler.counts[key];
                state[2 * key + 1] += handler.folds[key];
            }
        }
        return state;
    }

    private static long[] stateAt(Path dir, long sequence) {
        Folds[] handlers = new Folds[SUB_STREAMS];
        Arrays.setAll(handlers, i -> new Folds(NOTHING));
        new StateRebuild<>(dir, Restarts.CODEC, Tx::new, i -> handlers[i])
                .toSequence(sequence)
                .run();
        return merge(handlers);
    }

    /** The state of a replay from scratch. */
    private static long[] replayed(Path dir, long sequence) throws IOException {
        Path scratch = Files.createTempDirectory("scratch");
        try {
            TestJournal.copy(dir, scratch);
            IoUtil.delete(SnapshotFile.folder(scratch).toFile(), true);
            return stateAt(scratch, sequence);
        } finally {
            IoUtil.delete(scratch.toFile(), false);
        }
    }

    private static List<String> foreign(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(SnapshotFile.folder(dir))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("foreign-"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> names(Path dir) {
        return SnapshotFile.newestFirst(dir).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    /** A journal of 350 results that was ahead: it has a snapshot of 1,500 that are lost. */
    private Path aheadJournal() throws IOException {
        Path whole = folder.resolve("whole");
        Path lost = folder.resolve("lost");
        new Run(whole).to(350);
        TestJournal.copy(whole, lost);
        new Run(whole).to(1500);
        Path ahead = SnapshotFile.newestFirst(whole).get(0);
        assertEquals("snapshot-0000000000000001500", ahead.getFileName().toString());
        Files.copy(ahead, SnapshotFile.folder(lost).resolve(ahead.getFileName()));
        return lost;
    }

    @Test
    void shouldNotUseASnapshotOfResultsThatWereLostOnceOthersHaveComeInTheirPlace() throws IOException {
        Path dir = aheadJournal();
        RecoveryPlan plan = Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS);
        assertEquals(
                Optional.of("snapshot-0000000000000000350"),
                plan.state().orElseThrow().snapshot());
        assertTrue(
                plan.state()
                        .orElseThrow()
                        .damaged()
                        .get(0)
                        .startsWith("snapshot-0000000000000001500: it is ahead of the journal"),
                plan::toString);
        assertEquals(
                List.of(ProblemKind.FOREIGN_SNAPSHOT),
                plan.journal().problems().stream().map(JournalProblem::kind).toList());
        assertArrayEquals(replayed(dir, 2000), stateAt(dir, 2000), "before the start");

        Run run = new Run(dir).salt(1);
        run.every = 50;
        run.to(2000);

        assertEquals(plan.state().orElseThrow().damaged(), run.report.damaged());
        assertEquals(plan.state().orElseThrow().snapshot(), run.report.snapshot());
        assertEquals(plan.journal().problems(), run.recovery.problems());
        assertEquals(List.of("foreign-snapshot-0000000000000001500"), foreign(dir));
        assertTrue(TestJournal.verify(dir).isGood());
        for (long at : new long[] {349, 1499, 1600, 1999}) {
            assertArrayEquals(replayed(dir, at), stateAt(dir, at), "state at " + at);
        }
        Run next = new Run(dir).to(2000);
        assertEquals(List.of(), next.report.damaged());
        assertArrayEquals(replayed(dir, 2000), next.restored);
    }

    @Test
    void shouldNotUseASnapshotOfAnotherCourseOfEventsThoughTheJournalIsAsLong() throws IOException {
        Path dir = aheadJournal();
        Path snapshot = SnapshotFile.newestFirst(dir).get(0);
        Path kept = Files.move(snapshot, folder.resolve("kept"));
        new Run(dir).salt(1).to(1600);
        Files.move(kept, snapshot); // As if a version before had left it there.

        assertArrayEquals(replayed(dir, 1599), stateAt(dir, 1599));
        for (Path file : SnapshotFile.newestFirst(dir)) {
            if (!file.equals(snapshot)) {
                Files.delete(file);
            }
        }
        assertArrayEquals(replayed(dir, 1599), stateAt(dir, 1599));
        Run run = new Run(dir).to(1600);
        assertEquals(Optional.empty(), run.report.snapshot());
        assertTrue(run.report.damaged().get(0).contains("it is of another course of events"), run.report::toString);
        assertArrayEquals(replayed(dir, 1599), run.restored);
        assertEquals(List.of("foreign-snapshot-0000000000000001500"), foreign(dir));
    }

    @Test
    void shouldSetASnapshotAsideThoughNobodyKeepsState() throws IOException {
        Path dir = aheadJournal();
        try (JournalWriter<Tx> journal =
                JournalWriter.builder(dir, Restarts.CODEC).open()) {
            assertEquals(
                    ProblemKind.FOREIGN_SNAPSHOT,
                    journal.recovery().problems().get(0).kind());
        }
        assertEquals(List.of("snapshot-0000000000000000350"), names(dir));
        assertEquals(List.of("foreign-snapshot-0000000000000001500"), foreign(dir));
    }

    @Test
    void shouldNotLetASnapshotOfAnotherCoursePushAGoodOneOut() throws IOException {
        Path dir = aheadJournal();
        Run run = new Run(dir).salt(1);
        run.keep = 2;
        run.to(400);
        assertEquals(List.of("snapshot-0000000000000000400", "snapshot-0000000000000000350"), names(dir));

        SnapshotTest.damage(SnapshotFile.newestFirst(dir).get(0));
        Run next = new Run(dir).salt(1);
        next.to(450);
        assertEquals(Optional.of("snapshot-0000000000000000350"), next.report.snapshot());
        assertEquals(
                List.of("snapshot-0000000000000000450", "snapshot-0000000000000000400", "snapshot-0000000000000000350"),
                names(dir),
                "the damaged one does not count");
        new Run(dir).salt(1).to(500);
        assertEquals(List.of("snapshot-0000000000000000500", "snapshot-0000000000000000450"), names(dir));
    }

    @Test
    void shouldNotSalvageASnapshotThatIsAheadOfWhatIsSalvaged() throws IOException {
        Path living = folder.resolve("living");
        Path killed = folder.resolve("killed");
        new Run(living).to(100);
        Run run = new Run(living);
        run.durability = Durability.DISK;
        run.every = 10;
        run.to(300, () -> {
            awaitSnapshot(living, 300);
            TestJournal.copy(living, killed);
        });
        List<TestJournal.Frame> frames = TestJournal.frames(killed, 1);
        TestJournal.Frame first = frames.get(frames.size() / 2);
        TestJournal.Frame last = frames.get(frames.size() - 1);
        TestJournal.writeBytes(
                TestJournal.dataFile(killed, 1),
                first.offset(),
                new byte[(int) (last.offset() + last.length() - first.offset())]);
        Path mended = folder.resolve("mended");

        SalvageReport report = Journals.salvage(killed, mended, TestJournal.NO_PROGRESS);

        assertFalse(report.snapshots().bad().isEmpty(), report::toString);
        assertTrue(report.snapshots().bad().get(0).startsWith("snapshot-"), report::toString);
        long next = Journals.describe(mended).sequences().last().orElseThrow() + 1;
        assertTrue(next > 100 && next < 300, "next sequence " + next);
        assertTrue(
                SnapshotFile.newestFirst(mended).stream().allMatch(file -> SnapshotFile.coveredBy(file) < next),
                () -> names(mended).toString());
        Run after = new Run(mended).salt(1);
        after.every = 7;
        after.to(600);
        assertArrayEquals(replayed(mended, 599), stateAt(mended, 599));
        assertArrayEquals(replayed(mended, 350), stateAt(mended, 350));
    }

    private static void awaitSnapshot(Path dir, long records) throws IOException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!names(dir).contains(SnapshotFile.nameFor(records - 1))) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "no snapshot of " + records + " records: " + names(dir));
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldSalvageASnapshotForTheNewJournal() throws IOException {
        Path dir = folder.resolve("journal");
        new Run(dir).to(100);
        new Run(dir).to(200);
        Path copy = folder.resolve("copy");

        SalvageReport report = Journals.salvage(dir, copy, TestJournal.NO_PROGRESS);

        assertTrue(report.isComplete(), report::toString);
        assertEquals(2, report.snapshots().copied());
        Run run = new Run(copy).to(300);
        assertEquals(List.of(), run.report.damaged());
        assertEquals(Optional.of("snapshot-0000000000000000200"), run.report.snapshot());
        assertArrayEquals(Restarts.expectedStateAt(299), stateAt(copy, 299));
    }

    /** As version 1 had it. */
    private static void makeVersion1(Path file) throws IOException {
        SnapshotHeader header = SnapshotFile.check(file);
        byte[] bytes = Files.readAllBytes(file);
        int states = bytes.length - header.length() - Integer.BYTES; // It has no partitioning.
        ByteBuffer first = ByteBuffer.allocate(20 + states + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        first.put(bytes, 0, 4)
                .putInt(1)
                .putInt(header.journal())
                .putInt(header.layout().subStreams());
        first.putInt(0).put(bytes, header.length(), states);
        CRC32C crc = new CRC32C();
        crc.update(first.array(), 0, first.position());
        first.putInt((int) crc.getValue());
        Files.write(file, first.array());
    }

    @Test
    void shouldUseASnapshotOfVersion1OnlyWhereItIsTrusted() throws IOException {
        Path dir = folder.resolve("journal");
        for (int i = 1; i <= 3; i++) {
            new Run(dir).to(100 * i);
        }
        for (Path file : SnapshotFile.newestFirst(dir)) {
            makeVersion1(file);
        }
        Path given = folder.resolve("given-up");
        TestJournal.copy(dir, given);

        Run run = new Run(dir).to(350);
        assertEquals(Optional.empty(), run.report.snapshot());
        assertEquals(300, run.report.replayed());
        assertTrue(run.report.damaged().get(0).contains("it is of version 1"), run.report::toString);
        assertEquals(
                Optional.of("snapshot-0000000000000000350"),
                new Run(dir).to(350).report.snapshot());

        assertEquals(1, JournalRetention.of(given).below(150).apply().deleted().size());
        JournalException e = assertThrows(JournalException.class, () -> new Run(given).to(350));
        assertTrue(e.getMessage().contains("HandlerStatesBuilder.trustVersion1"), e.getMessage());
        assertEquals(
                Optional.of(e.getMessage()),
                Journals.recoveryPlan(given, null, TestJournal.NO_PROGRESS).stateRefusal());
        Run trusting = new Run(given);
        trusting.trusts = true;
        trusting.to(350);
        assertEquals(Optional.of("snapshot-0000000000000000300"), trusting.report.snapshot());
        assertArrayEquals(Restarts.expectedStateAt(349), stateAt(given, 349));
    }

    @Test
    void shouldPassOverAStateWhoseLengthCannotBe() throws IOException {
        Path dir = folder.resolve("journal");
        new Run(dir).to(100);
        Path file = SnapshotFile.newestFirst(dir).get(0);
        int states = SnapshotFile.check(file).length();
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(states + 4, Integer.MAX_VALUE);
        CRC32C crc = new CRC32C();
        crc.update(bytes, states, bytes.length - states - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, (int) crc.getValue());
        Files.write(file, bytes);

        assertPassedOver(dir, "takes 2147483647 bytes, and has");
    }

    /** The newest snapshot is of no use, for a reason, and the state is right without it, also at a restart. */
    private static void assertPassedOver(Path dir, String why) {
        assertArrayEquals(Restarts.expectedStateAt(99), stateAt(dir, 99));
        Run run = new Run(dir).to(150);
        assertArrayEquals(Restarts.expectedStateAt(99), run.restored);
        assertTrue(run.report.damaged().toString().contains(why), () -> why + ": " + run.report.damaged());
        assertArrayEquals(Restarts.expectedStateAt(149), stateAt(dir, 149));
    }

    @Test
    void shouldPassOverASnapshotUnderANameThatCoversMore() throws IOException {
        Path dir = folder.resolve("journal");
        new Run(dir).to(50);
        Path older = SnapshotFile.newestFirst(dir).get(0);
        new Run(dir).to(100);
        Path newest = SnapshotFile.newestFirst(dir).get(0);
        assertNotEquals(older, newest);
        Files.move(older, newest, StandardCopyOption.REPLACE_EXISTING);

        assertPassedOver(dir, newest.getFileName() + ": by its name it would cover all states up to sequence 99");
    }

    @Test
    void shouldNeedAllResultsWhereNoSnapshotIsGood() throws IOException {
        Path dir = folder.resolve("journal");
        new Run(dir).to(100);
        Path file = SnapshotFile.newestFirst(dir).get(0);
        assertTrue(SnapshotFile.firstNeeded(SnapshotFile.newestFirst(dir)) > 0);
        Path misnamed = Files.move(file, file.resolveSibling(SnapshotFile.nameFor(1_000_000)));
        assertEquals(0, SnapshotFile.firstNeeded(SnapshotFile.newestFirst(dir)));
        Files.write(misnamed, new byte[100]);
        assertEquals(0, SnapshotFile.firstNeeded(SnapshotFile.newestFirst(dir)));
    }

    @Test
    void shouldPassOverNamesAndSubStreamsThatCannotBe() throws IOException {
        Path dir = folder.resolve("journal");
        new Run(dir).to(100);
        Path file = SnapshotFile.newestFirst(dir).get(0);
        Files.copy(file, file.resolveSibling("snapshot-9999999999999999999"));
        assertEquals(List.of("snapshot-0000000000000000100"), names(dir));
        SnapshotHeader header = SnapshotFile.check(file);
        try (SnapshotFile.Writer writer =
                new SnapshotFile.Writer(FileDisk.INSTANCE, file, header.journal(), header.layout())) {
            writer.add(Integer.MAX_VALUE, 99, ByteBuffer.allocate(16 * Restarts.KEYS), 16 * Restarts.KEYS);
            writer.finish(header.place());
        }
        assertPassedOver(dir, "the state of sub-stream 2147483647");
    }

    @RepeatedTest(12)
    void shouldHaveTheStateOfAReplayFromScratchWhateverWasLost() throws IOException {
        Random random = seed.random();
        Path all = Files.createTempDirectory("timelines");
        try {
            Path dir = Files.createDirectory(all.resolve("journal 0"));
            long records = 0;
            for (int i = 1; i <= 5; i++) {
                Path before = dir;
                Path after = all.resolve("journal " + i);
                PowerLoss power = new PowerLoss(before).overAll();
                Run run = new Run(before).salt(i);
                run.disk = new FaultyDisk(power);
                run.durability = random.nextInt(4) == 0 ? Durability.DISK : Durability.PROCESS;
                run.every = 1 + random.nextInt(80);
                run.order = random.nextBoolean() ? MergeOrder.WEIGHTED : MergeOrder.SEQUENCE;
                boolean isPowerLoss = random.nextBoolean();
                records = Math.max(0, records + random.nextInt(400) - 60);
                run.to(records, () -> {
                    if (isPowerLoss) {
                        power.lose(after, random);
                    } else {
                        Restarts.image(before, after);
                    }
                });
                dir = after;
                checkState(dir, random);
            }
            Run last = new Run(dir).to(0);
            assertArrayEquals(replayed(dir, Long.MAX_VALUE), last.restored, "restored");
            assertTrue(TestJournal.verify(dir).isGood());
        } finally {
            IoUtil.delete(all.toFile(), false);
        }
    }

    /** Of what a start makes of it, on a copy. */
    private static void checkState(Path dir, Random random) throws IOException {
        Path copy = Files.createTempDirectory("started");
        try {
            TestJournal.copy(dir, copy);
            RecoveryPlan plan = Journals.recoveryPlan(copy, null, TestJournal.NO_PROGRESS);
            Run run = new Run(copy).to(0);
            assertEquals(plan.state().orElseThrow().damaged(), run.report.damaged());
            assertEquals(plan.state().orElseThrow().snapshot(), run.report.snapshot());
            assertArrayEquals(replayed(copy, Long.MAX_VALUE), run.restored, "restored");
            long highest = Journals.describe(copy).sequences().last().orElse(-1);
            List<Long> places = new ArrayList<>(List.of(highest));
            if (highest > 0) {
                places.add((long) random.nextInt((int) highest));
            }
            for (long at : places) {
                assertArrayEquals(replayed(copy, at), stateAt(copy, at), "state at " + at);
            }
        } finally {
            IoUtil.delete(copy.toFile(), false);
        }
    }
}
