package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.TestJournal.Forger;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReaderTest {
    @TempDir
    Path dir;

    @Test
    void shouldReadInEitherOrder() {
        writeRun(dir, 3, 2, 0, 1, 5, 3, 4);

        assertEquals(List.of(2L, 0L, 1L, 5L, 3L, 4L), sequences(read(dir, ReadOrder.JOURNAL)));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), sequences(read(dir, ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldFollowAWriter() {
        List<Result> results = new ArrayList<>();
        try (JournalWriter<Line> writer = open(dir);
                JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            writer.begin();
            readRest(reader, results);
            assertEquals(0, results.size());
            for (long i = 0; i < 300; i++) { // More frames than Chronicle has between two of its index entries.
                put(writer, i, 0, text(i));
                readRest(reader, results);
                assertEquals(i, results.size());
                writer.onBatchEnd(i);
                readRest(reader, results);
                assertEquals(i + 1, results.size());
            }
            writer.onShutdown();
            readRest(reader, results);
            assertEquals(300, results.size());
        }
    }

    @Test
    void shouldFollowIntoTheNextSegment() {
        writeRun(dir, 1, 0, 1);
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.JOURNAL)) {
            readRest(reader, results);
            assertEquals(List.of(0L, 1L), sequences(results));
            writeRun(dir, 1, 2);
            readRest(reader, results);
            assertEquals(List.of(0L, 1L, 2L), sequences(results));
        }
    }

    @Test
    void shouldLookTwiceAtAWordThatIsJustBeingWritten() throws IOException {
        writeRun(dir, 10, LongStream.range(0, 20).toArray());
        Path file = dataFile(dir, 0);
        long offset = frames(dir, 0).get(2).offset() - Integer.BYTES;
        byte[] word = readBytes(file, offset, Integer.BYTES);
        assertNotEquals(0, word[1], "the length takes two bytes");
        writeBytes(file, offset, new byte[] {word[0], 0});
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.JOURNAL)) {
            assertEquals(10, reader.poll((sequence, subStream, outcome, time, buffer, at, length) -> {}, 10));
            writeBytes(file, offset, word);
            readRest(reader, results);
        }
        assertEquals(LongStream.range(10, 20).boxed().toList(), sequences(results));
    }

    @Test
    void shouldHoldBackWhatIsEarlyAsLongAsTheJournalIsWritten() {
        List<Result> results = new ArrayList<>();
        try (JournalWriter<Line> writer = open(dir);
                JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            writer.begin();
            put(writer, 0, 0, "a");
            put(writer, 2, 0, "c");
            put(writer, 4, 0, "e");
            writer.onBatchEnd(0);
            readRest(reader, results);
            assertEquals(List.of(0L), sequences(results));

            put(writer, 1, 1, "b");
            writer.onBatchEnd(2);
            readRest(reader, results);
            assertEquals(List.of(0L, 1L, 2L), sequences(results));

            writer.onShutdown(); // As of an engine that halted before 3 was done.
            readRest(reader, results);
            assertEquals(List.of(0L, 1L, 2L, 4L), sequences(results));
            assertEquals("e", results.get(3).text());
        }
        assertEquals(List.of(ProblemKind.UNFINISHED), kinds(verify(dir)));
        assertTrue(verify(dir).isGood());
    }

    @Test
    void shouldDeliverNoMoreThanTheLimit() {
        writeRun(dir, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        List<Long> delivered = new ArrayList<>();
        ResultHandler handler = (sequence, subStream, outcome, time, buffer, offset, length) -> delivered.add(sequence);
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            assertEquals(3, reader.poll(handler, 3));
            assertEquals(0, reader.poll(handler, 0));
            assertEquals(5, reader.poll(handler, 100));
            assertEquals(0, reader.poll(handler, 100));
        }
        assertEquals(LongStream.range(0, 8).boxed().toList(), delivered);
    }

    @Test
    void shouldGoOnAfterAHandlerThatThrew() {
        writeRun(dir, 4, 1, 0, 3, 2);
        List<Long> delivered = new ArrayList<>();
        ResultHandler handler = (sequence, subStream, outcome, time, buffer, offset, length) -> {
            delivered.add(sequence);
            throw new IllegalStateException("handler");
        };
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            for (int i = 0; i < 4; i++) {
                assertThrows(IllegalStateException.class, () -> reader.poll(handler, 10));
            }
            assertEquals(0, reader.poll(handler, 10));
        }
        assertEquals(List.of(0L, 1L, 2L, 3L), delivered);
    }

    @Test
    void shouldSayWhereTheDamageIsAndGoNoFurther() throws IOException {
        writeRun(dir, 1, 0, 1, 2, 3);
        TestJournal.Frame frame = frames(dir, 0).get(3);
        writeBytes(dataFile(dir, 0), frame.offset() + frame.length() - 1, new byte[] {1});

        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            JournalException e = assertThrows(JournalException.class, () -> readRest(reader, results));
            assertEquals(
                    "CORRUPT in segment-0000000000, frame 3 at offset " + frame.offset()
                            + ": its checksum does not match its bytes; this concerns sequence 2",
                    e.getMessage());
            assertSame(e, assertThrows(JournalException.class, () -> readRest(reader, results)));
        }
        assertEquals(List.of(0L, 1L), sequences(results));
    }

    @Test
    void shouldNotStopSilentlyAtALostPage() throws IOException {
        writeRun(dir, 1, LongStream.range(0, 400).toArray());
        List<TestJournal.Frame> frames = frames(dir, 0);
        long page = (frames.get(200).offset() + 4095) / 4096 * 4096;
        writeBytes(dataFile(dir, 0), page, new byte[4096]);

        for (ReadOrder order : ReadOrder.values()) {
            List<Result> results = new ArrayList<>();
            try (JournalReader reader = JournalReader.open(dir, order)) {
                assertThrows(JournalException.class, () -> readRest(reader, results));
            }
            assertTrue(results.size() >= 199, () -> results.size() + " results");
        }
    }

    @Test
    void shouldRefuseAGapBelowTheLowWatermark() {
        try (Forger forger = new Forger(dir)) {
            forger.result(0, 0).result(2, 0).frame(0).result(3, 0).frame(3);
        }
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(dir, ReadOrder.SEQUENCE)) {
            JournalException e = assertThrows(JournalException.class, () -> readRest(reader, results));
            assertTrue(e.getMessage().startsWith("GAP in segment-0000000000, frame 2 "), e.getMessage());
        }
        assertEquals(List.of(0L), sequences(results));
    }

    @Test
    void shouldRefuseASequenceThatIsThereTwice() {
        try (Forger forger = new Forger(dir)) {
            forger.result(0, 0).frame(0).result(0, 0).frame(0);
        }
        JournalException e = assertThrows(JournalException.class, () -> read(dir, ReadOrder.SEQUENCE));
        assertTrue(e.getMessage().startsWith("DUPLICATE in segment-0000000000, frame 2 "), e.getMessage());
    }

    @Test
    void shouldRefuseANewerVersion() throws IOException {
        writeRun(dir, 1, 0);
        forge(dataFile(dir, 0), frames(dir, 0).get(0), FrameLayout.MAGIC_OFFSET + 3, FrameLayout.VERSION + 1);

        for (ReadOrder order : ReadOrder.values()) {
            JournalException e = assertThrows(JournalException.class, () -> read(dir, order));
            assertTrue(
                    e.getMessage().contains("it is of version 3, but the newest that can be read is 2"),
                    e.getMessage());
        }
        assertEquals(ProblemKind.UNSUPPORTED, verify(dir).problems().get(0).kind());
    }

    @Test
    void shouldNotCutWhatANewerVersionWrote() throws IOException {
        writeKilledRun(dir, 1, 0);
        forge(dataFile(dir, 0), frames(dir, 0).get(1), FrameLayout.MAGIC_OFFSET + 3, FrameLayout.VERSION + 1);

        JournalException e = assertThrows(JournalException.class, () -> open(dir));
        assertTrue(e.getMessage().startsWith("UNSUPPORTED"), e.getMessage());
    }

    @Test
    void shouldRefuseAJournalWithoutAllOfItsSegments() {
        writeRun(dir, 1, 0);
        writeRun(dir, 1, 1);
        IoUtil.delete(JournalFolder.segment(dir, 0).folder().toFile(), false);

        for (ReadOrder order : ReadOrder.values()) {
            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> read(dir, order));
            assertEquals(ProblemKind.MISSING_SEGMENT, e.problem().kind());
            assertEquals("segment-0000000000", e.problem().segment().orElse(""));
            assertEquals(0, e.problem().sequences().orElseThrow().first());
            assertEquals(0, e.problem().sequences().orElseThrow().last());
        }
        assertThrows(JournalException.class, () -> JournalReader.open(dir.resolve("nowhere"), ReadOrder.JOURNAL));
    }

    @Test
    void shouldNotPassOverTheLostEndOfAnEarlierSegment() throws IOException {
        writeRun(dir, 1, 0, 1, 2);
        writeRun(dir, 1, 3);
        long thirdResult = frames(dir, 0).get(3).offset();
        for (long length : new long[] {thirdResult - 4, 0}) {
            try (FileChannel file = FileChannel.open(dataFile(dir, 0), StandardOpenOption.WRITE)) {
                file.truncate(length);
            }
            for (ReadOrder order : ReadOrder.values()) {
                List<Result> results = new ArrayList<>();
                try (JournalReader reader = JournalReader.open(dir, order)) {
                    JournalException e = assertThrows(JournalException.class, () -> readRest(reader, results));
                    String place = "HOLE in segment-0000000000, frame " + (length == 0 ? 0 : 3) + " ";
                    assertTrue(e.getMessage().startsWith(place), e.getMessage());
                }
                assertEquals(length == 0 ? List.of() : List.of(0L, 1L), sequences(results));
            }
        }
    }

    @Test
    void shouldKnowTheGroupsOfEachResult() {
        List<List<JournalGroup>> groups = List.of(
                List.of(new JournalGroup("old", 1, 0, 2)),
                List.of(),
                List.of(new JournalGroup("new", 3, 0, 1), new JournalGroup("newer", 4, 1, 1)));
        for (int i = 0; i < 3; i++) {
            List<HandlerGroup<Line>> handlerGroups = groups.get(i).stream()
                    .map(g -> HandlerGroup.named(g.name()).weight(g.weight()).<Line>subStreams(g.subStreams(), s ->
                            (r, n, e) -> {}))
                    .toList();
            try (JournalWriter<Line> writer =
                    JournalWriter.builder(dir, CODEC).groups(handlerGroups).open()) {
                writer.begin();
                put(writer, 2 * i + 1, 1, "b");
                put(writer, 2 * i, 0, "a");
                writer.onBatchEnd(2 * i + 1);
                writer.onShutdown();
            }
        }

        assertEquals(groups, Journals.groups(dir));
        for (ReadOrder order : ReadOrder.values()) {
            List<List<JournalGroup>> ofResults = new ArrayList<>();
            try (JournalReader reader = JournalReader.open(dir, order)) {
                ResultHandler handler =
                        (sequence, subStream, outcome, time, buffer, offset, length) -> ofResults.add(reader.groups());
                assertEquals(6, reader.poll(handler, 100));
                assertEquals(groups.get(2), reader.groups());
            }
            for (int i = 0; i < 6; i++) {
                assertEquals(groups.get(i / 2), ofResults.get(i));
            }
        }
    }

    @Test
    void shouldNotAllocatePerResult() {
        writeRun(dir, 100, LongStream.range(0, 100_000).toArray());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        ResultHandler handler = (sequence, subStream, outcome, time, buffer, offset, length) -> {};
        for (ReadOrder order : ReadOrder.values()) {
            try (JournalReader reader = JournalReader.open(dir, order)) {
                assertEquals(10_000, reader.poll(handler, 10_000));
                long before = threads.getThreadAllocatedBytes(thread);
                assertEquals(80_000, reader.poll(handler, 80_000));
                long allocated = threads.getThreadAllocatedBytes(thread) - before;
                assertTrue(allocated < 16_384, () -> order + ": " + allocated + " bytes");
            }
        }
    }

    private static List<JournalProblem> readOverDamage(Path dir, List<Result> results) {
        List<JournalProblem> problems = new ArrayList<>();
        try (JournalReader reader = JournalReader.builder(dir)
                .order(ReadOrder.JOURNAL)
                .onProblem(problems::add)
                .open()) {
            readRest(reader, results);
            readRest(reader, results);
        }
        return problems;
    }

    @Test
    void shouldNotEndWithoutAWordWhereAcknowledgedFramesAreMissing() throws IOException {
        writeRun(dir, 1, 0, 1);
        writeKilledRun(dir, 1, 2, 3, 4);
        TestJournal.Frame last = frames(dir, 1).get(3);
        writeBytes(dataFile(dir, 1), last.offset() - 4, new byte[last.length() + 4]);

        List<Result> results = new ArrayList<>();
        List<JournalProblem> problems = readOverDamage(dir, results);
        assertEquals(List.of(0L, 1L, 2L, 3L), sequences(results));
        assertEquals(1, problems.size(), problems::toString);
        assertEquals(ProblemKind.HOLE, problems.get(0).kind());
        assertTrue(
                problems.get(0)
                        .message()
                        .endsWith("up to frame 3 of segment 1 was acknowledged, but after 3 frames there is nothing; "
                                + "this concerns sequences from 4 on"),
                problems.get(0).message());
        assertThrows(JournalDamagedException.class, () -> read(dir, ReadOrder.SEQUENCE));

        Files.delete(dataFile(dir, 1));
        problems = readOverDamage(dir, new ArrayList<>());
        assertEquals(1, problems.size(), problems::toString);
        assertEquals(ProblemKind.MISSING_SEGMENT, problems.get(0).kind());
        assertEquals(2, problems.get(0).sequences().orElseThrow().first());

        IoUtil.delete(JournalFolder.segment(dir, 1).folder().toFile(), false);
        problems = readOverDamage(dir, new ArrayList<>());
        assertEquals(1, problems.size(), problems::toString);
        assertEquals(ProblemKind.MISSING_SEGMENT, problems.get(0).kind());
        assertEquals("segment-0000000001", problems.get(0).segment().orElse(""));
        assertTrue(
                problems.get(0)
                        .message()
                        .endsWith("up to frame 3 of segment 1 was acknowledged, but the segment is missing; this "
                                + "concerns sequences from 2 on"),
                problems.get(0).message());
    }

    @Test
    void shouldTellOfALostManifestOnce() throws IOException {
        writeRun(dir, 1, 0, 1);
        writeRun(dir, 1, 2, 3);
        Files.delete(dir.resolve(ManifestFile.NAME));
        List<Result> results = new ArrayList<>();
        List<JournalProblem> problems = readOverDamage(dir, results);
        assertEquals(4, results.size());
        assertEquals(1, problems.size(), problems::toString);
    }

    @Test
    void shouldFindNothingWrongWithAJournalThatWasNotBegun() throws IOException {
        Files.createFile(dir.resolve(JournalLock.FILE_NAME)); // As of a writer that was killed there.
        assertEquals(List.of(), read(dir, ReadOrder.SEQUENCE));
        assertThrows(JournalException.class, () -> verify(dir), "there is no journal yet");
    }
}
