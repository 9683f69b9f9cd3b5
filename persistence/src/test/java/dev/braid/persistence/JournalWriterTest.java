package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.braid.engine.Outcome;
import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalWriterTest {
    private static final int HEAD_AND_END = 2;

    @TempDir
    Path dir;

    @Test
    void shouldWriteAFrameForEachBatch() {
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            for (long i = 0; i < 3; i++) {
                put(writer, i, 0, "alone");
                assertEquals(i - 1, writer.lowWatermark());
                writer.onBatchEnd(i);
                assertEquals(i, writer.lowWatermark());
            }
            for (long i = 3; i < 103; i++) {
                put(writer, i, 0, "one of many");
            }
            writer.onBatchEnd(102);
            writer.onShutdown();
        }

        JournalDescription journal = Journals.describe(dir);
        assertEquals(HEAD_AND_END + 3 + 1, journal.frames());
        assertEquals(103, journal.results());
        assertEquals(102, journal.sequences().lowWatermark());
        assertTrue(verify(dir).problems().isEmpty());
    }

    @Test
    void shouldSplitABatchThatIsTooLongForAFrame() {
        int maxFrameLength = 1024;
        String text = "x".repeat(100);
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).maxFrameLength(maxFrameLength).open()) {
            writer.begin();
            for (long i = 0; i < 100; i++) {
                put(writer, i, 0, text + i);
            }
            assertEquals(-1, writer.lowWatermark()); // Frames were written, but the engine has not said what is done.
            writer.onBatchEnd(99);
            writer.onShutdown();
        }

        List<TestJournal.Frame> frames = frames(dir, 0);
        assertTrue(frames.stream().allMatch(frame -> frame.length() <= maxFrameLength), frames::toString);
        assertEquals(HEAD_AND_END + 15, frames.size()); // (1024 - 80) / (16 + 104) = 7 to a frame.
        List<Result> results = read(dir, ReadOrder.JOURNAL);
        for (int i = 0; i < 100; i++) {
            assertEquals(new Result(i, 0, Outcome.PROCESSED, text + i), results.get(i));
        }
        assertTrue(verify(dir).problems().isEmpty());
    }

    @Test
    void shouldTakeFramesUpToTheGreatestLength() {
        String text =
                "y".repeat(FrameLayout.MAX_FRAME_LENGTH - FrameLayout.HEADER_LENGTH - FrameLayout.RESULT_HEADER_LENGTH);
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .maxFrameLength(FrameLayout.MAX_FRAME_LENGTH)
                .open()) {
            writer.begin();
            for (int i = 0; i < 20; i++) { // Over the border of what Chronicle maps at once, twice.
                put(writer, i, 0, text);
                writer.onBatchEnd(i);
            }
            writer.onShutdown();
        }

        assertEquals(20, read(dir, ReadOrder.SEQUENCE).size());
        assertTrue(verify(dir).problems().isEmpty());
    }

    @Test
    void shouldRefuseARecordThatFitsNoFrame() {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).maxFrameLength(1024).open()) {
            writer.begin();
            put(writer, 0, 0, "small");
            JournalException e = assertThrows(JournalException.class, () -> put(writer, 1, 0, "z".repeat(929)));
            assertTrue(e.getMessage().contains("sequence 1 takes 929 bytes"), e.getMessage());
            assertTrue(e.getMessage().contains("maxFrameLength"), e.getMessage());
            writer.onShutdown();
        }

        assertEquals(List.of(0L), sequences(read(dir, ReadOrder.SEQUENCE)));
        assertTrue(verify(dir).problems().isEmpty());
        assertEquals(
                SegmentEnd.CLOSED,
                Journals.describe(dir).segments().get(0).atEnd().end());
    }

    @Test
    void shouldWriteWhatWasStagedBeforeACodecThatThrows() {
        RecordCodec<Line> codec = new FailingCodec();
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, codec).open()) {
            writer.begin();
            put(writer, 0, 0, "a");
            writer.onBatchEnd(0);
            put(writer, 2, 0, "c");
            assertThrows(IllegalStateException.class, () -> put(writer, 1, 0, "bad"));
            assertThrows(JournalException.class, () -> put(writer, 3, 0, "d"));
            assertThrows(JournalException.class, () -> writer.onBatchEnd(1));
            writer.onShutdown();
        }

        assertEquals(
                List.of(new Result(0, 0, Outcome.PROCESSED, "a"), new Result(2, 0, Outcome.PROCESSED, "c")),
                read(dir, ReadOrder.JOURNAL));
        JournalDescription journal = Journals.describe(dir);
        assertEquals(0, journal.sequences().lowWatermark());
        assertEquals(SegmentEnd.CLOSED, journal.segments().get(0).atEnd().end());
        assertTrue(verify(dir).isGood());
    }

    @Test
    void shouldNotGrowItsBufferWhileRecordsFit() {
        Set<Integer> capacities = new HashSet<>();
        RecordCodec<Line> codec = new RecordCodec<>() {
            @Override
            public int encode(Line line, MutableDirectBuffer buffer, int offset) {
                int length = CODEC.encode(line, buffer, offset);
                capacities.add(buffer.capacity());
                return length;
            }

            @Override
            public void decode(Line line, DirectBuffer buffer, int offset, int length) {
                CODEC.decode(line, buffer, offset, length);
            }
        };
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, codec).maxFrameLength(1024).open()) {
            writer.begin();
            put(writer, 0, 0, "x");
            put(writer, 1, 0, "x".repeat(900)); // Fills the frame.
            put(writer, 2, 0, "x".repeat(928)); // The longest.
            writer.onBatchEnd(2);
            writer.onShutdown();
        }
        assertEquals(1, capacities.size(), capacities::toString);
        assertEquals(3, read(dir, ReadOrder.SEQUENCE).size());
    }

    @Test
    void shouldKeepTheReasonOfAFailureShortEnoughForAFrame() {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).maxFrameLength(1024).open()) {
            writer.begin();
            writer.onResult(new Line(), 0, 0, Outcome.FAILED, new IllegalStateException("a".repeat(5000)));
            writer.onBatchEnd(0);
            writer.onShutdown();
        }
        assertEquals(464, read(dir, ReadOrder.JOURNAL).get(0).text().length()); // There is to be room for the record.
    }

    @Test
    void shouldNameSegmentsAlikeInEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            writeRun(dir, 1, 0);
            writeRun(dir, 1, 1);
        } finally {
            Locale.setDefault(before);
        }
        assertEquals(
                List.of("segment-0000000000", "segment-0000000001"),
                Journals.describe(dir).segments().stream()
                        .map(SegmentDescription::name)
                        .toList());
        assertEquals(List.of(0L, 1L), sequences(read(dir, ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldOpenOnlyAnEmptyJournalIfSoRequired() throws IOException {
        for (int i = 0; i < 2; i++) { // Absent, then without results.
            JournalWriter.builder(dir, CODEC).requireEmpty().open().close();
        }
        writeRun(dir, 1, 0, 2);
        List<String> before = listing();

        for (int i = 0; i < 2; i++) {
            JournalNotEmptyException e = assertThrows(
                    JournalNotEmptyException.class,
                    () -> JournalWriter.builder(dir, CODEC).requireEmpty().open());
            assertEquals("journal " + dir + " holds 2 results already", e.getMessage());
            assertEquals(before, listing());
            Files.deleteIfExists(dir.resolve(JournalLock.FILE_NAME)); // As of a journal that was copied.
            before = listing();
        }
    }

    @Test
    void shouldKeepTheReasonOfAFailureWithinBounds() {
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            writer.onResult(new Line(), 0, -1, Outcome.FAILED, new IllegalStateException("out of range: 7"));
            writer.onResult(new Line(), 1, 3, Outcome.FAILED, new IllegalStateException());
            writer.onResult(new Line(), 2, 3, Outcome.FAILED, new IllegalStateException("ä".repeat(5000)));
            writer.onResult(new Line(), 3, 3, Outcome.FAILED, new IllegalStateException("a" + "ä".repeat(5000)));
            writer.onResult(new Line(), 4, 3, Outcome.SHED, null);
            writer.onBatchEnd(4);
            writer.onShutdown();
        }

        assertEquals(
                List.of(
                        new Result(0, -1, Outcome.FAILED, "out of range: 7"),
                        new Result(1, 3, Outcome.FAILED, "java.lang.IllegalStateException"),
                        new Result(2, 3, Outcome.FAILED, "ä".repeat(512)),
                        new Result(3, 3, Outcome.FAILED, "a" + "ä".repeat(511)),
                        new Result(4, 3, Outcome.SHED, "")),
                read(dir, ReadOrder.JOURNAL));
        JournalDescription journal = Journals.describe(dir);
        assertEquals(new OutcomeCounts(0, 4, 1, 0), journal.outcomes());
    }

    @Test
    void shouldGoOnInANewSegment() {
        writeRun(dir, 2, 0, 1, 2);
        writeRun(dir, 2, 4, 3);
        try (JournalWriter<Line> writer = open(dir)) {
            assertEquals(5, writer.nextSequence());
            assertEquals(4, writer.lowWatermark());
        }
        writeRun(dir, 1, 5);

        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), sequences(read(dir, ReadOrder.SEQUENCE)));
        JournalDescription journal = Journals.describe(dir);
        assertEquals(
                List.of(3L, 2L, 0L, 1L),
                journal.segments().stream()
                        .map(segment -> segment.contents().results())
                        .toList());
        assertTrue(
                journal.segments().stream().allMatch(segment -> segment.atEnd().end() == SegmentEnd.CLOSED));
        assertTrue(verify(dir).problems().isEmpty());
    }

    @Test
    void shouldRefuseSecondWriter() {
        JournalWriter<Line> writer = open(dir);
        for (int i = 0; i < 2; i++) { // The first refusal must not cost the writer its lock.
            JournalLockedException e = assertThrows(JournalLockedException.class, () -> open(dir));
            assertEquals("journal " + dir + " is being written by this process", e.getMessage());
        }
        writer.close();
        writer.close();
        open(dir).close();
    }

    @Test
    void shouldRefuseAJournalWithHolesAndChangeNothing() throws IOException {
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            put(writer, 0, 0, "a");
            put(writer, 3, 1, "d");
            put(writer, 5, 1, "f");
            writer.onBatchEnd(0);
            writer.onShutdown();
        }
        Files.delete(dir.resolve(JournalLock.FILE_NAME));
        List<String> before = listing();

        JournalException e = assertThrows(JournalException.class, () -> open(dir));
        assertTrue(e.getMessage().contains("low watermark is 0 and its highest sequence 5, but 3 "), e.getMessage());
        assertEquals(before, listing());
    }

    @Test
    void shouldDropWhatOutlivedAPowerLossThatTookWhatComesBefore() throws IOException {
        Path found = dir.resolve("found");
        Path living = dir.resolve("living");
        CountDownLatch isCopied = new CountDownLatch(1);
        FaultyDisk disk = new FaultyDisk(operation -> {
            if (operation.kind() == FaultyDisk.Kind.FORCE
                    && operation.isOf("segment-0000000000")
                    && Thread.currentThread().getName().equals("braid-journal-sync")) {
                await(isCopied); // It is not sealed before.
            }
        });
        try (JournalWriter<Line> writer = JournalWriter.builder(living, CODEC)
                .segmentSize(64 * 1024)
                .disk(disk)
                .open()) {
            writer.begin();
            for (long i = 0; i < 80; i++) { // So few that a third segment is not begun while this is copied.
                put(writer, i, 0, "x".repeat(1000));
                writer.onBatchEnd(i);
            }
            copy(living, found);
            isCopied.countDown();
            writer.onShutdown();
        }
        Frame lost = frames(found, 0).get(50);
        Path refused = dir.resolve("refused");
        copy(found, refused);
        for (Path each : List.of(refused, found)) {
            if (each.equals(found)) {
                acknowledge(found, 0, 40);
            }
            writeBytes(dataFile(each, 0), lost.offset() - 4, new byte[4 + lost.length()]);
        }
        assertFalse(frames(found, 1).isEmpty());
        assertThrows(JournalDamagedException.class, () -> open(refused), "what is lost was acknowledged");

        writeRun(found, 10, LongStream.range(49, 60).toArray());
        assertTrue(verify(found).isGood());
        assertEquals(LongStream.range(0, 60).boxed().toList(), sequences(read(found, ReadOrder.SEQUENCE)));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "not copied in 60 s");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The lock file and the manifest say which writer opened the journal last. */
    private List<String> listingButEpoch() throws IOException {
        return listing().stream()
                .filter(line -> line.contains("segment-") || line.contains(JournalMark.FILE_NAME))
                .toList();
    }

    @Test
    void shouldRefuseADamagedJournalAndChangeNothing() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2);
        TestJournal.Frame frame = frames(dir, 0).get(2);
        writeBytes(dataFile(dir, 0), frame.offset() + 50, new byte[] {77});
        List<String> before = listingButEpoch();
        Manifest manifest = ManifestFile.read(dir);

        JournalException e = assertThrows(JournalException.class, () -> open(dir));
        assertEquals(manifest, ManifestFile.read(dir));
        assertTrue(
                e.getMessage().startsWith("CORRUPT in segment-0000000000, frame 2 at offset " + frame.offset()),
                e.getMessage());
        assertEquals(before, listingButEpoch());
    }

    @Test
    void shouldRefuseAFolderThatIsNoJournal() throws IOException {
        Files.writeString(dir.resolve("letter.txt"), "Dear");
        List<String> before = listing();

        assertThrows(JournalException.class, () -> open(dir));
        assertThrows(JournalException.class, () -> open(dir.resolve("letter.txt")));
        assertThrows(JournalException.class, () -> Journals.describe(dir));
        assertEquals(before, listing());
    }

    @Test
    void shouldRefuseSequencesThatTheJournalHas() {
        writeRun(dir, 2, 0, 1);
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            assertThrows(JournalException.class, () -> put(writer, 1, 0, "again"));
            writer.onShutdown();
        }
    }

    @Test
    void shouldRefuseToDeclareMoreThanItWasGiven() {
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            put(writer, 10, 0, "an engine whose first sequence is 10");
            assertThrows(JournalException.class, () -> writer.onBatchEnd(10));
            writer.onShutdown();
        }
    }

    @Test
    void shouldStayLockedWhileAnEngineMayWrite() {
        JournalWriter<Line> writer = open(dir);
        writer.begin();
        assertThrows(IllegalStateException.class, writer::close);
        assertThrows(JournalLockedException.class, () -> open(dir));
        writer.onShutdown();
        writer.close();
    }

    @Test
    void shouldRefuseToBeUsedTwice() {
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            writer.onShutdown();
            assertThrows(IllegalStateException.class, writer::onStart);
            assertThrows(JournalException.class, () -> put(writer, 0, 0, "late"));
        }
    }

    @Test
    void shouldWriteNothingAfterAFailedWrite() {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).clock(new FailingClock()).open()) {
            writer.begin();
            put(writer, 0, 0, "a");
            assertThrows(IllegalStateException.class, () -> writer.onBatchEnd(0));
            JournalException e = assertThrows(JournalException.class, () -> put(writer, 1, 0, "b"));
            assertEquals("no time", e.getCause().getMessage());
            assertThrows(JournalException.class, () -> writer.onBatchEnd(0));
            assertEquals(-1, writer.lowWatermark());
            writer.onShutdown();
        }

        assertEquals(
                SegmentEnd.NONE,
                Journals.describe(dir).segments().get(0).atEnd().end());
        assertEquals(List.of(), read(dir, ReadOrder.JOURNAL));
        assertTrue(verify(dir).isGood());
    }

    @Test
    void shouldNotAllocatePerRecord() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int records = 100_000;
        try (JournalWriter<long[]> writer =
                JournalWriter.builder(dir, new LongCodec()).open()) {
            writer.begin();
            putMany(writer, 0, 5 * records);
            long before = threads.getThreadAllocatedBytes(thread);
            putMany(writer, 5 * records, records);
            long allocated = threads.getThreadAllocatedBytes(thread) - before;
            writer.onShutdown();
            assertTrue(allocated < 16_384, () -> allocated + " bytes for " + records + " records");
        }
    }

    private static void putMany(JournalWriter<long[]> writer, long first, int count) {
        long[] record = new long[1];
        for (long i = first; i < first + count; i++) {
            record[0] = i;
            writer.onResult(record, i, 0, Outcome.PROCESSED, null);
            if (i % 8 == 7) {
                writer.onBatchEnd(i);
            }
        }
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> paths = Files.walk(dir)) {
            return paths.map(path -> path + " " + path.toFile().lastModified())
                    .sorted()
                    .toList();
        }
    }

    private static final class LongCodec implements RecordCodec<long[]> {
        @Override
        public int encode(long[] record, MutableDirectBuffer buffer, int offset) {
            buffer.putLong(offset, record[0]);
            return Long.BYTES;
        }

        @Override
        public void decode(long[] record, DirectBuffer buffer, int offset, int length) {
            record[0] = buffer.getLong(offset);
        }
    }

    /** Throws in the middle of a record whose text is "bad". */
    private static final class FailingCodec implements RecordCodec<Line> {
        @Override
        public int encode(Line line, MutableDirectBuffer buffer, int offset) {
            int length = CODEC.encode(line, buffer, offset);
            if (line.text.equals("bad")) {
                throw new IllegalStateException("codec");
            }
            return length;
        }

        @Override
        public void decode(Line line, DirectBuffer buffer, int offset, int length) {
            CODEC.decode(line, buffer, offset, length);
        }
    }

    /** Fails at the first frame of results; the journal and the segment head ask before. */
    private static final class FailingClock implements org.agrona.concurrent.EpochNanoClock {
        private int calls;

        @Override
        public long nanoTime() {
            if (++calls > 2) {
                throw new IllegalStateException("no time");
            }
            return 0;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"braid-journal-prepare", "braid-journal-sync"})
    void shouldStopIfSomebodyInterruptsAThreadOfItsOwn(String name) throws InterruptedException {
        Set<Thread> others = Thread.getAllStackTraces().keySet();
        JournalWriter<Line> writer = open(dir);
        writer.begin();
        put(writer, 0, 0, "a");
        writer.onBatchEnd(0);
        Thread thread = Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals(name) && !others.contains(each))
                .findAny()
                .orElseThrow();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(60));

        JournalException e = assertThrows(JournalException.class, writer::onIdle);
        assertTrue(e.getMessage().contains("its thread " + name + " was interrupted"), e.getMessage());
        writer.onShutdown();
        writer.close();
        assertEquals(List.of(0L), sequences(read(dir, ReadOrder.SEQUENCE)));
        writeRun(dir, 1, 1);
    }
}
