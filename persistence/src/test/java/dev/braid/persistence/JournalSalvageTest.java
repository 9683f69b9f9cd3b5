package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Outcome;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class JournalSalvageTest {
    @TempDir
    Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private Path old;
    private Path salvaged;

    @BeforeEach
    void names() {
        old = folder.resolve("old");
        salvaged = folder.resolve("new");
    }

    private SalvageReport salvage() {
        return Journals.salvage(old, salvaged, NO_PROGRESS);
    }

    /** What is there and good, and LOST for the rest. */
    private void assertSound(long highest, List<Long> lost) {
        VerifyReport report = verify(salvaged);
        assertTrue(report.problems().isEmpty(), report::toString);
        List<Result> results = read(salvaged, ReadOrder.SEQUENCE);
        assertEquals(LongStream.rangeClosed(0, highest).boxed().toList(), sequences(results));
        for (Result result : results) {
            if (lost.contains(result.sequence())) {
                assertEquals(new Result(result.sequence(), -1, Outcome.LOST, ""), result);
            } else {
                assertEquals(Outcome.PROCESSED, result.outcome());
                assertEquals(text(result.sequence()), result.text());
                assertEquals((int) result.sequence(), result.subStream());
            }
        }
        assertFalse(Files.exists(folder.resolve("new.incomplete")));
    }

    private static void assertRanges(SalvageReport report, long... bounds) {
        List<SequenceRange> ranges = new ArrayList<>();
        long count = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            ranges.add(new SequenceRange(bounds[i], bounds[i + 1]));
            count += bounds[i + 1] - bounds[i] + 1;
        }
        assertEquals(ranges, report.lost().ranges());
        assertEquals(count, report.lost().count());
    }

    @Test
    void shouldCopyAGoodJournalAsItIs() {
        writeRun(old, 3, 2, 0, 1, 5, 3, 4);
        writeRun(old, 2, 6, 8, 7);

        SalvageReport report = salvage();

        assertTrue(report.isComplete());
        assertEquals(9, report.results());
        assertSound(8, List.of());
        assertTrue(
                Journals.compare(old, salvaged, ReadOrder.JOURNAL, NO_PROGRESS).isSame());
        JournalDescription before = Journals.describe(old);
        JournalDescription after = Journals.describe(salvaged);
        assertEquals(before.sequences().lowWatermark(), after.sequences().lowWatermark());
        assertEquals(before.createdNs(), after.createdNs());
        assertEquals(
                before.segments().get(1).times().latestNs(),
                after.segments().get(after.segments().size() - 1).times().latestNs());
    }

    @Test
    void shouldWriteDownWhatIsLost() throws IOException {
        writeRun(old, 1, 0, 1, 2, 3);
        Frame frame = frames(old, 0).get(2);
        writeBytes(dataFile(old, 0), frame.offset() + frame.length() - 1, new byte[] {77});

        SalvageReport report = salvage();

        assertFalse(report.isComplete());
        assertEquals(3, report.results());
        assertRanges(report, 1, 1);
        assertEquals(OptionalLong.empty(), report.lost().perhapsFrom());
        assertEquals(ProblemKind.CORRUPT, report.problems().get(0).kind());
        assertSound(3, List.of(1L));
        assertEquals(
                List.of(0L, 1L, 2L, 3L),
                sequences(read(salvaged, ReadOrder.JOURNAL)),
                "what is lost has its place, too");
    }

    @Test
    void shouldSayWhereMoreIsLostThanCanBeCounted() throws IOException {
        writeKilledRun(old, 1, 0, 1, 2);
        List<Frame> frames = frames(old, 0);
        Frame last = frames.get(frames.size() - 1);
        writeBytes(dataFile(old, 0), last.offset() + last.length() - 1, new byte[] {77});

        SalvageReport report = salvage();

        assertFalse(report.isComplete());
        assertRanges(report);
        assertEquals(OptionalLong.of(2), report.lost().perhapsFrom());
        assertSound(1, List.of());
    }

    @Test
    void shouldGoOnInTheNewJournal() throws IOException {
        shouldWriteDownWhatIsLost();
        writeRun(salvaged, 1, 4, 5);
        assertSound(5, List.of(1L));
    }

    @Test
    void shouldWriteDownAMissingSegment() {
        writeRun(old, 1, 0, 1);
        writeRun(old, 1, 2, 3, 4);
        writeRun(old, 1, 5);
        writeRun(old, 1, 6, 7);
        for (long segment : new long[] {1, 3}) {
            IoUtil.delete(JournalFolder.segment(old, segment).folder().toFile(), false);
        }
        SalvageReport report = salvage();

        assertEquals(3, report.results());
        assertRanges(report, 2, 4, 6, 7);
        assertSound(7, List.of(2L, 3L, 4L, 6L, 7L));
    }

    @Test
    void shouldNotNeedTheManifest() throws IOException {
        writeRun(old, 1, 0, 1);
        writeRun(old, 1, 2, 3);
        Files.write(old.resolve(ManifestFile.NAME), new byte[100]);

        SalvageReport report = salvage();

        assertEquals(4, report.results());
        assertRanges(report);
        assertEquals(ProblemKind.BAD_MANIFEST, report.problems().get(0).kind());
        assertSound(3, List.of());
    }

    @Test
    void shouldTakeWhatIsLeftWithoutManifestAndFirstSegment() throws IOException {
        writeRun(old, 1, 0, 1);
        writeRun(old, 1, 2, 3);
        Files.delete(old.resolve(ManifestFile.NAME));
        IoUtil.delete(JournalFolder.segment(old, 0).folder().toFile(), false);

        SalvageReport report = salvage();

        assertEquals(2, report.results());
        assertFalse(report.isComplete());
        assertEquals(List.of(2L, 3L), sequences(read(salvaged, ReadOrder.SEQUENCE)));
        assertTrue(verify(salvaged).isGood());
        assertEquals(2, Journals.describe(salvaged).sequences().first());
    }

    @Test
    void shouldKeepWhatWasInFlight() throws IOException {
        writeKilledRun(old, 1, 0, 1, 4, 3);

        SalvageReport report = salvage();

        assertTrue(report.isComplete());
        assertEquals(1, report.unfinished());
        assertEquals(List.of(0L, 1L, 3L, 4L), sequences(read(salvaged, ReadOrder.SEQUENCE)));
        assertEquals(1, Journals.describe(salvaged).sequences().lowWatermark());
        assertTrue(verify(salvaged).isGood());
    }

    @Test
    void shouldKeepGroupsTimesAndReasons() {
        long[] nowNs = {1_000};
        for (String name : new String[] {"one", "one", "two"}) {
            List<HandlerGroup<Line>> groups =
                    List.of(HandlerGroup.named(name).weight(3).subStreams(2, i -> (line, sequence, endOfBatch) -> {}));
            try (JournalWriter<Line> writer = JournalWriter.builder(old, CODEC)
                    .groups(groups)
                    .durability(name.equals("two") ? Durability.DISK : Durability.PROCESS)
                    .clock(() -> nowNs[0])
                    .open()) {
                writer.begin();
                long next = writer.nextSequence();
                put(writer, next, 0, text(next));
                writer.onResult(new Line(), next + 1, -1, Outcome.FAILED, new IOException("because of " + name));
                writer.onResult(new Line(), next + 2, 1, Outcome.SHED, null);
                writer.onBatchEnd(next + 2);
                nowNs[0] += 1_000;
                writer.onShutdown();
            }
        }
        assertTrue(salvage().isComplete());
        assertTrue(
                Journals.compare(old, salvaged, ReadOrder.JOURNAL, NO_PROGRESS).isSame());
        List<List<JournalGroup>> groups = Journals.groups(salvaged);
        assertEquals(2, groups.size());
        assertEquals(Journals.groups(old).get(0), groups.get(0));
        assertEquals(Journals.groups(old).get(2), groups.get(1));
        List<SegmentDescription> segments = Journals.describe(salvaged).segments();
        assertEquals(Durability.PROCESS, segments.get(0).writer().durability());
        assertEquals(Durability.DISK, segments.get(1).writer().durability());
        List<Long> times = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(salvaged, ReadOrder.JOURNAL)) {
            reader.poll((sequence, subStream, outcome, timeNs, buffer, offset, length) -> times.add(timeNs), 100);
        }
        assertEquals(List.of(1000L, 1000L, 1000L, 2000L, 2000L, 2000L, 3000L, 3000L, 3000L), times);
    }

    @Test
    void shouldRefuseAPlaceInTheOldJournalThoughALinkLeadsThere() throws IOException {
        writeRun(old, 1, 0);
        Path link = Files.createSymbolicLink(folder.resolve("link"), old);
        for (String place : new String[] {"mended", "snapshots"}) {
            salvaged = link.resolve(place);
            JournalException refused = assertThrows(JournalException.class, this::salvage);
            assertTrue(refused.getMessage().contains(salvaged.toString()), refused.getMessage());
            assertFalse(Files.exists(old.resolve(place)), place);
        }
    }

    @Test
    void shouldRefuseAPlaceThatIsNotFree() throws IOException {
        writeRun(old, 1, 0);
        Files.createDirectories(salvaged);
        Path file = Files.createFile(salvaged.resolve("something"));
        assertThrows(JournalNotEmptyException.class, this::salvage);
        assertTrue(Files.exists(file));
        Files.delete(file);
        assertTrue(salvage().isComplete(), "an empty folder is free");

        salvaged = old.resolve("inside");
        assertThrows(JournalException.class, this::salvage);
        salvaged = old;
        assertThrows(JournalException.class, this::salvage);
        salvaged = folder.resolve("other");
        Files.createDirectories(folder.resolve("other.incomplete"));
        JournalException e = assertThrows(JournalException.class, this::salvage);
        assertTrue(e.getMessage().contains("other.incomplete"), e.getMessage());
        assertEquals(List.of(0L), sequences(read(old, ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldRefuseWhatHoldsNothingGood() throws IOException {
        writeRun(old, 1, 0);
        Files.delete(old.resolve(ManifestFile.NAME));
        Files.write(dataFile(old, 0), new byte[500_000]);
        JournalException e = assertThrows(JournalException.class, this::salvage);
        assertTrue(e.getMessage().contains("no frame that is intact"), e.getMessage());
        assertFalse(Files.exists(salvaged));
    }

    private Path copyBeside(Path file, String name) throws IOException {
        return Files.copy(file, file.resolveSibling(name));
    }

    private static void damage(Path file, Frame frame) throws IOException {
        writeBytes(file, frame.offset() + frame.length() - 1, new byte[] {77});
    }

    private static String onlyMessage(SalvageReport report) {
        assertEquals(1, report.problems().size(), report::toString);
        JournalProblem problem = report.problems().get(0);
        assertEquals(ProblemKind.DUPLICATE, problem.kind());
        return problem.message();
    }

    @Test
    void shouldTakeOfTwoDataFilesTheOneThatIsAsTheManifestSays() throws IOException {
        writeRun(old, 1, 0, 1, 2);
        writeRun(old, 1, 3);
        Path file = dataFile(old, 0);
        Frame frame = frames(old, 0).get(2);
        copyBeside(file, "z-good.cq4");
        damage(file, frame);

        SalvageReport report = salvage();

        assertEquals(
                "DUPLICATE in segment-0000000000: it has 2 data files: z-good.cq4, as the manifest says, is read; "
                        + file.getFileName() + ", with 4 good frames, is passed over",
                onlyMessage(report));
        assertFalse(report.isComplete(), "there is something to look at");
        assertEquals(4, report.results());
        assertRanges(report);
        assertSound(3, List.of());
    }

    @Test
    void shouldSayThatNoneOfTwoDataFilesIsAsTheManifestSays() throws IOException {
        writeRun(old, 1, 0, 1, 2);
        Path file = dataFile(old, 0);
        List<Frame> frames = frames(old, 0);
        Path worse = copyBeside(file, "a-worse.cq4");
        damage(worse, frames.get(1));
        damage(worse, frames.get(2));
        damage(file, frames.get(3));

        SalvageReport report = salvage();

        JournalProblem first = report.problems().get(0);
        assertTrue(
                first.message()
                        .endsWith("it has 2 data files, none of them as the manifest says: " + file.getFileName()
                                + ", with 4 good frames, is read; a-worse.cq4, with 3 good frames, is passed over"),
                first.message());
        assertRanges(report, 2, 2);
        assertSound(2, List.of(2L));
    }

    @Test
    void shouldTakeTheLongerOfTwoDataFilesThatAreNotSealed() throws IOException {
        writeKilledRun(old, 1, 0, 1, 2);
        Path file = dataFile(old, 0);
        Frame last = frames(old, 0).get(3);
        Path shorter = copyBeside(file, "a-shorter.cq4");
        writeBytes(shorter, last.offset() - 4, new byte[last.length() + 4]);
        copyBeside(file, "z-same.cq4");

        SalvageReport report = salvage();

        assertTrue(
                onlyMessage(report)
                        .endsWith("it has 3 data files, and no seal tells which is the right one: "
                                + file.getFileName() + ", with 4 good frames, is read; a-shorter.cq4, with 3 good "
                                + "frames, is passed over; z-same.cq4, with the same frames, is passed over"),
                report::toString);
        assertEquals(3, report.results());
        assertSound(2, List.of());
    }

    @Test
    void shouldChooseAmongTwoDataFilesWithoutAManifest() throws IOException {
        writeRun(old, 1, 0, 1, 2);
        Files.write(dataFile(old, 0).resolveSibling("a-none.cq4"), new byte[100]);
        Files.delete(old.resolve(ManifestFile.NAME));

        SalvageReport report = salvage();

        assertEquals(3, report.results());
        assertTrue(report.problems().get(1).message().contains("a-none.cq4, with 0 good frames, is passed over"));
        assertSound(2, List.of());
    }

    @Test
    void shouldSaveWhateverIsGoodFromRandomDamage() throws IOException {
        Random random = seed.random();
        for (int round = 0; round < 15; round++) {
            String what = "round " + round;
            old = folder.resolve("old" + round);
            salvaged = folder.resolve("new" + round);
            for (int run = 0; run < 3; run++) {
                writeRun(
                        old,
                        1 + random.nextInt(7),
                        LongStream.range(run * 100L, run * 100L + 100).toArray());
            }
            List<List<Frame>> frames = List.of(frames(old, 0), frames(old, 1), frames(old, 2));
            int touched = 1 + random.nextInt(5);
            for (int i = 0; i < touched; i++) {
                int segment = random.nextInt(3);
                Frame frame = frames.get(segment)
                        .get(1 + random.nextInt(frames.get(segment).size() - 2));
                long inSequence = frame.offset() + FrameLayout.HEADER_LENGTH + 1 + random.nextInt(7);
                writeBytes(dataFile(old, segment), inSequence, new byte[] {(byte) (128 + random.nextInt(128))});
            }
            SalvageReport report = salvage();
            assertEquals(300, report.results() + report.lost().count(), what);
            assertTrue(report.lost().count() > 0, what);
            VerifyReport verified = verify(salvaged);
            assertTrue(verified.problems().isEmpty(), () -> what + ": " + verified);
            List<Result> results = read(salvaged, ReadOrder.SEQUENCE);
            assertEquals(LongStream.range(0, 300).boxed().toList(), sequences(results), what);
            for (Result result : results) {
                assertTrue(
                        result.outcome() == Outcome.LOST || result.text().equals(text(result.sequence())),
                        what + ": " + result);
            }
            assertTrue(report.lost().count() <= touched * 7L, what);
        }
    }
}
