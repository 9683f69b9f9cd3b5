package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static dev.braid.persistence.TestJournal.readBytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Forger;
import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalVerifyTest {
    private static final int WORD_LENGTH = 4;

    @TempDir
    Path dir;

    @Test
    void shouldFindEveryFlippedByteOfAFrameAndOfTheWordBeforeIt() throws IOException {
        writeRun(dir, 2, 0, 2, 1, 3, 4, 6);
        Path file = dataFile(dir, 0);
        List<Frame> frames = frames(dir, 0);
        assertTrue(verify(dir).isGood());

        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            for (long offset = frame.offset() - WORD_LENGTH; offset < frame.offset() + frame.length(); offset++) {
                byte good = readBytes(file, offset, 1)[0];
                for (int mask : new int[] {0x01, 0x40, 0x80, 0xFF}) {
                    writeBytes(file, offset, new byte[] {(byte) (good ^ mask)});
                    VerifyReport report = verify(dir);
                    String where = "frame " + i + ", offset " + offset + ", mask " + mask + ": " + report;
                    assertFalse(report.isGood(), where);
                    assertEquals(i, report.problems().get(0).frame().orElse(-1), where);
                }
                writeBytes(file, offset, new byte[] {good});
            }
        }
        assertTrue(verify(dir).isGood());
    }

    @Test
    void shouldOutliveEveryFlippedByteOfChroniclesOwn() throws IOException {
        writeRun(dir, 2, 0, 1, 2);
        Path file = dataFile(dir, 0);
        long first = frames(dir, 0).get(0).offset() - WORD_LENGTH;
        List<Long> offsets = new ArrayList<>(LongStream.range(0, 300).boxed().toList());
        offsets.addAll(LongStream.range(262_380, 262_440).boxed().toList());
        for (long offset : offsets) {
            assertTrue(offset < first);
            byte good = readBytes(file, offset, 1)[0];
            for (int mask : new int[] {0x01, 0x40, 0xFF}) {
                writeBytes(file, offset, new byte[] {(byte) (good ^ mask)});
                VerifyReport report = verify(dir);
                String where = "offset " + offset + ", mask " + mask + ": " + report;
                assertEquals(3, report.results(), where);
                assertEquals(4, report.frames(), where);
                assertFalse(kinds(report).contains(ProblemKind.DUPLICATE), where);
            }
            writeBytes(file, offset, new byte[] {good});
        }
    }

    /** The first bytes of a frame, its checksum, look like any word: here like one that leads past all frames. */
    @Test
    void shouldFindTheFramesAlthoughAWordThatIsNoneLeadsPastThem() throws IOException {
        writeRun(dir, 2, 0, 1, 2);
        Path file = dataFile(dir, 0);
        long first = frames(dir, 0).get(0).offset() - WORD_LENGTH;
        long index = 262_384;
        long bytesOfIndex = word(file, index) & 0x3FFF_FFFF;
        assertEquals(first, index + WORD_LENGTH + bytesOfIndex, "the index no longer stands where it stood");

        long wrong = first - 4096;
        writeWord(file, index, 0x4000_0000 | (int) (wrong - index - WORD_LENGTH));
        writeWord(file, wrong, 1_613_648);

        VerifyReport report = verify(dir);
        assertEquals(3, report.results(), report::toString);
        assertEquals(4, report.frames(), report::toString);
        assertFalse(report.isGood());
    }

    private static int word(Path file, long offset) throws IOException {
        return ByteBuffer.wrap(readBytes(file, offset, WORD_LENGTH))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    private static void writeWord(Path file, long offset, int word) throws IOException {
        writeBytes(
                file,
                offset,
                ByteBuffer.allocate(WORD_LENGTH)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(word)
                        .array());
    }

    @Test
    void shouldFindALostPageWhereverItIs() throws IOException {
        writeRun(dir, 5, LongStream.range(0, 1000).toArray());
        Path file = dataFile(dir, 0);
        List<Frame> frames = frames(dir, 0);
        long first = frames.get(1).offset() / 4096 * 4096 + 4096;
        long last = frames.get(frames.size() - 1).offset() / 4096 * 4096 - 4096;
        assertTrue(last - first > 6 * 4096);
        for (long page = first; page <= last; page += 4096) {
            byte[] good = readBytes(file, page, 4096);
            writeBytes(file, page, new byte[4096]);
            VerifyReport report = verify(dir);
            assertFalse(report.isGood());
            assertTrue(kinds(report).contains(ProblemKind.GAP), report::toString);
            long lost = report.problems().stream()
                    .filter(problem -> problem.kind() == ProblemKind.GAP)
                    .mapToLong(problem -> problem.sequences().orElseThrow().count())
                    .sum();
            assertEquals(1000, report.results() + lost, report::toString);
            writeBytes(file, page, good);
        }
        assertTrue(verify(dir).problems().isEmpty());
    }

    @Test
    void shouldFindASecondDataFile() throws IOException {
        for (boolean isSealed : new boolean[] {true, false}) {
            if (isSealed) {
                writeRun(dir, 1, 0, 1, 2);
            } else {
                Files.delete(JournalFolder.segment(dir, 0).folder().resolve("other.cq4"));
                writeKilledRun(dir, 1, 3, 4);
            }
            Path file = dataFile(dir, isSealed ? 0 : 1);
            Files.copy(file, file.resolveSibling("other.cq4"));

            VerifyReport report = verify(dir);
            assertEquals(List.of(ProblemKind.DUPLICATE), kinds(report), report::toString);
            assertEquals(1, report.damages());
            assertEquals(isSealed ? 3 : 5, report.results());
            String message = report.first().orElseThrow().message();
            assertTrue(message.contains("other.cq4, with the same frames, is passed over"), message);
            assertEquals(
                    report.problems(), Journals.verifyTail(dir, NO_PROGRESS).problems());
            assertEquals(report.problems(), Journals.describe(dir, NO_PROGRESS).problems());
            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> open(dir));
            assertEquals(report.first(), Optional.of(e.problem()));
            assertThrows(JournalDamagedException.class, () -> read(dir, ReadOrder.SEQUENCE));
            try (JournalReader reader = JournalReader.builder(dir)
                    .onProblem(problem -> assertEquals(report.first(), Optional.of(problem)))
                    .fromSequence(2)
                    .open()) {
                List<TestJournal.Result> results = new ArrayList<>();
                readRest(reader, results);
                assertEquals(isSealed ? 1 : 3, results.size());
            }
        }
    }

    @Test
    void shouldFindAFrameThatWasTakenOut() throws IOException {
        writeRun(dir, 2, 0, 1, 2, 3, 4, 5);
        Frame frame = frames(dir, 0).get(2);
        splice(dataFile(dir, 0), frame.offset() - WORD_LENGTH, frame.offset() + frame.length(), new byte[0]);

        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.HOLE, ProblemKind.GAP), kinds(report));
        JournalProblem hole = report.problems().get(0);
        assertEquals(2, hole.frame().orElse(-1));
        assertTrue(
                hole.message().endsWith("frame 3 stands here, frame 2 is lost; this concerns sequences 2 to 3"),
                hole.message());
        JournalProblem gap = report.problems().get(1);
        assertEquals(Optional.of(new SequenceRange(2, 3)), gap.sequences());
        assertEquals("segment-0000000000", gap.segment().orElse(""));
    }

    @Test
    void shouldFindAFrameThatIsThereTwice() throws IOException {
        writeRun(dir, 2, 0, 1, 2, 3, 4, 5);
        Frame frame = frames(dir, 0).get(2);
        long start = frame.offset() - WORD_LENGTH;
        splice(dataFile(dir, 0), start, start, readBytes(dataFile(dir, 0), start, frame.length() + WORD_LENGTH));

        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.DUPLICATE), kinds(report));
        assertEquals(
                frame.offset() + frame.length() + WORD_LENGTH,
                report.problems().get(0).fileOffset().orElse(-1));
    }

    @Test
    void shouldFindAFrameOfAnotherSegment() throws IOException {
        writeRun(dir, 1, 0, 1);
        writeRun(dir, 1, 2, 3);
        Frame frame = frames(dir, 1).get(1);
        writeBytes(
                dataFile(dir, 1),
                frame.offset(),
                readBytes(dataFile(dir, 0), frames(dir, 0).get(1).offset(), frame.length()));

        VerifyReport report = verify(dir);
        assertEquals(ProblemKind.CORRUPT, report.problems().get(0).kind());
        assertTrue(report.problems().get(0).message().endsWith("it belongs to segment 0"), report::toString);
    }

    @Test
    void shouldFindAMissingSegment() {
        writeRun(dir, 1, 0, 1);
        writeRun(dir, 1, 2, 3);
        writeRun(dir, 1, 4);
        IoUtil.delete(JournalFolder.segment(dir, 1).folder().toFile(), false);

        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.MISSING_SEGMENT, ProblemKind.GAP), kinds(report));
        assertEquals("segment-0000000001", report.problems().get(0).segment().orElse(""));
        assertEquals(2, report.problems().get(1).sequences().orElseThrow().first());
        assertEquals(3, report.problems().get(1).sequences().orElseThrow().last());
    }

    @Test
    void shouldFindSequencesThatAreMissingOrDoubled() {
        try (Forger forger = new Forger(dir)) {
            forger.result(0, 0).result(1, 0).frame(1);
            forger.result(1, 1).frame(1);
            forger.result(3, 0).result(6, 0).frame(5);
            forger.result(7, 0).result(7, 1).frame(7);
        }
        VerifyReport report = verify(dir);
        assertEquals(
                List.of(
                        ProblemKind.CORRUPT,
                        ProblemKind.DUPLICATE,
                        ProblemKind.GAP,
                        ProblemKind.GAP,
                        ProblemKind.DUPLICATE),
                kinds(report));
        assertEquals(2, report.problems().get(1).frame().orElse(-1));
        assertEquals(2, report.problems().get(2).sequences().orElseThrow().first());
        assertEquals(2, report.problems().get(2).sequences().orElseThrow().last());
        assertEquals(4, report.problems().get(3).sequences().orElseThrow().first());
        assertEquals(5, report.problems().get(3).sequences().orElseThrow().last());
        assertEquals(3, report.problems().get(3).frame().orElse(-1));
        assertEquals(4, report.problems().get(4).frame().orElse(-1));
        assertEquals(5, report.damages());
        assertTrue(
                report.problems().get(0).message().contains("cannot be 7, when up to here there are 7 results"),
                report::toString);
    }

    @Test
    void shouldFindSubStreamsThatAreNotInOrder() {
        try (Forger forger = new Forger(dir)) {
            forger.result(1, 0).result(0, 1).result(3, 1).result(2, 1).frame(3);
        }
        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.OUT_OF_ORDER), kinds(report));
        assertEquals(2, report.problems().get(0).sequences().orElseThrow().first());
    }

    @Test
    void shouldNotTakeATornTailForDamage() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2);
        Frame last = frames(dir, 0).get(3);
        acknowledge(dir, 0, 3); // It was killed before it had the last frame complete.
        writeBytes(dataFile(dir, 0), last.offset() - WORD_LENGTH, new byte[WORD_LENGTH]);

        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.TORN_TAIL), kinds(report));
        assertTrue(report.isGood());
        assertEquals(
                SegmentEnd.NONE,
                Journals.describe(dir).segments().get(0).atEnd().end());

        writeBytes(dataFile(dir, 0), last.offset() + 20, new byte[44]);
        assertEquals(List.of(ProblemKind.TORN_TAIL), kinds(verify(dir)));
        writeRun(dir, 1, 2);
        assertEquals(List.of(0L, 1L, 2L), sequences(read(dir, ReadOrder.SEQUENCE)));
        assertEquals(
                SegmentEnd.CUT, Journals.describe(dir).segments().get(0).atEnd().end());
    }

    @Test
    void shouldMendAWordThatALossOfPowerTook() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2);
        Frame frame = frames(dir, 0).get(2);
        acknowledge(dir, 0, 2);
        byte[] word = readBytes(dataFile(dir, 0), frame.offset() - WORD_LENGTH, WORD_LENGTH);
        writeBytes(dataFile(dir, 0), frame.offset() - WORD_LENGTH, new byte[WORD_LENGTH]);
        assertEquals(List.of(ProblemKind.BAD_HEADER), kinds(verify(dir)));

        writeRun(dir, 1, 3);

        assertEquals(List.of(), kinds(verify(dir)));
        assertEquals(List.of(0L, 1L, 2L, 3L), sequences(read(dir, ReadOrder.SEQUENCE)));
        assertArrayEquals(word, readBytes(dataFile(dir, 0), frame.offset() - WORD_LENGTH, WORD_LENGTH));
    }

    @Test
    void shouldNotTouchWhatIsDamagedAndAcknowledged() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2);
        Frame frame = frames(dir, 0).get(2);
        writeBytes(dataFile(dir, 0), frame.offset() - WORD_LENGTH, new byte[WORD_LENGTH]);

        writeRun(dir, 1, 3);

        assertEquals(List.of(ProblemKind.BAD_HEADER), kinds(verify(dir)));
    }

    @Test
    void shouldMissAnAcknowledgedFrameAtTheEnd() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2);
        Frame last = frames(dir, 0).get(3);
        writeBytes(dataFile(dir, 0), last.offset() - WORD_LENGTH, new byte[WORD_LENGTH]);

        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.TORN_TAIL, ProblemKind.HOLE), kinds(report));
        assertEquals(2, report.problems().get(1).sequences().orElseThrow().first());
        assertThrows(JournalDamagedException.class, () -> open(dir));
    }

    @Test
    void shouldTellATornTailFromALossAtEveryByteOfTheLastFrame() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2);
        Frame last = frames(dir, 0).get(3);
        for (long length = last.offset() + last.length() - 1; length >= last.offset() - WORD_LENGTH; length--) {
            String what = "cut off at " + (length - last.offset()) + " of " + last.length();
            truncate(length);
            acknowledge(dir, 0, 4);
            assertFalse(verify(dir).isGood(), what);
            assertThrows(JournalDamagedException.class, () -> open(dir), what);

            acknowledge(dir, 0, 3);
            VerifyReport report = verify(dir);
            assertTrue(report.isGood(), () -> what + ": " + report);
            assertEquals(2, report.results(), what);
        }
        writeRun(dir, 1, 2);
        assertEquals(List.of(0L, 1L, 2L), sequences(read(dir, ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldFindASealedSegmentCutOffAtEveryByteOfAFrame() throws IOException {
        writeRun(dir, 1, 0, 1, 2);
        writeRun(dir, 1, 3);
        Frame cut = frames(dir, 0).get(2);
        for (long length = cut.offset() + cut.length() - 1; length >= cut.offset() - WORD_LENGTH; length--) {
            truncate(length);
            VerifyReport report = verify(dir);
            assertFalse(report.isGood());
            assertEquals(1, report.problems().get(0).sequences().orElseThrow().first(), report::toString);
            assertThrows(JournalDamagedException.class, () -> open(dir));
        }
    }

    private void truncate(long length) throws IOException {
        try (FileChannel channel = FileChannel.open(dataFile(dir, 0), StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    @Test
    void shouldFindBytesFarBeyondTheEnd() throws IOException {
        writeRun(dir, 1, 0, 1);
        writeBytes(dataFile(dir, 0), 50_000_000, new byte[] {1});

        VerifyReport report = verify(dir);
        assertEquals(List.of(ProblemKind.HOLE), kinds(report));
    }

    @Test
    void shouldTakeNoOffenceAtASegmentThatWasNeverBegun() throws IOException {
        writeRun(dir, 1, 0);
        Files.createDirectory(JournalFolder.segment(dir, 1).folder());

        assertTrue(verify(dir).isGood());
        writeRun(dir, 1, 1);
        assertEquals(List.of(0L, 1L), sequences(read(dir, ReadOrder.SEQUENCE)));
        assertEquals(2, Journals.describe(dir).segments().size());
    }

    @Test
    void shouldListNoMoreProblemsThanItPromises() {
        try (Forger forger = new Forger(dir)) {
            for (int i = 0; i < 1500; i++) {
                forger.result(0, -1).frame(-1);
            }
        }
        VerifyReport report = verify(dir);
        assertEquals(VerifyReport.MAX_PROBLEMS, report.problems().size());
        assertEquals(1499, report.damages());
    }

    @Test
    void shouldVerifyAndDescribeWhileTheJournalIsWritten() {
        try (JournalWriter<Line> writer = open(dir)) {
            assertEquals(0, Journals.describe(dir).results());
            writer.begin();
            put(writer, 0, 0, "a");
            put(writer, 1, 0, "b");
            writer.onBatchEnd(1);
            assertTrue(verify(dir).problems().isEmpty());
            assertEquals(1, Journals.describe(dir).sequences().lowWatermark());
            writer.onShutdown();
        }
    }

    @Test
    void shouldReportProgress() {
        writeRun(dir, 1, 0);
        List<Long> done = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        Journals.verify(dir, (doneBytes, totalBytes) -> {
            done.add(doneBytes);
            totals.add(totalBytes);
        });
        assertEquals(done.stream().sorted().toList(), done);
        assertEquals(totals.get(0), done.get(done.size() - 1));
    }
}
