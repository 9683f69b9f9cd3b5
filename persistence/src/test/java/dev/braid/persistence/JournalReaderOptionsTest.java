package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.HandlerGroup;
import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a reader begins and ends, what it leaves out, and when it waits. */
class JournalReaderOptionsTest {
    private static final long SEGMENT_SIZE = 64 * 1024;
    private static final long SECOND_NS = 1_000_000_000;

    @TempDir
    Path dir;

    private long nowNs;

    /** One frame per result and second, the first at second 0, in segments of 64 KiB. */
    private void writeSegments(long... sequences) {
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .segmentSize(SEGMENT_SIZE)
                .clock(() -> nowNs)
                .open()) {
            writer.begin();
            SequenceTracker tracker = new SequenceTracker(writer.lowWatermark() + 1);
            for (long sequence : sequences) {
                put(writer, sequence, (int) (sequence % 3), text(sequence));
                tracker.add(sequence);
                writer.onBatchEnd(tracker.next() - 1);
                nowNs += SECOND_NS;
            }
            writer.onShutdown();
        }
    }

    private static List<Long> sequences(JournalReaderBuilder settings) {
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = settings.open()) {
            readRest(reader, results);
        }
        for (Result result : results) {
            assertEquals(text(result.sequence()), result.text());
        }
        return TestJournal.sequences(results);
    }

    private JournalReaderBuilder reader(ReadOrder order) {
        return JournalReader.builder(dir).order(order);
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private void damageAllResultsOf(long segment) throws IOException {
        for (Frame frame : frames(dir, segment)) {
            if (frame.length() < FrameLayout.HEADER_LENGTH + FrameLayout.END_LENGTH) {
                writeBytes(dataFile(dir, segment), frame.offset() + FrameLayout.HEADER_LENGTH, new byte[] {77});
            }
        }
    }

    @Test
    void shouldBeginAtASequenceWithoutReadingWhatIsBefore() throws IOException {
        writeSegments(LongStream.range(0, 3000).toArray());
        assertTrue(JournalFolder.segments(dir).size() >= 4);
        for (ReadOrder order : ReadOrder.values()) {
            for (long from : new long[] {0, 1, 700, 1500, 2998, 2999, 3000, 1L << 40}) {
                assertEquals(range(from, 2999), sequences(reader(order).fromSequence(from)), order + " from " + from);
            }
        }
        damageAllResultsOf(0);
        damageAllResultsOf(1);
        long from = JournalFolder.segments(dir).size() * 500L;
        for (ReadOrder order : ReadOrder.values()) {
            assertEquals(range(from, 2999), sequences(reader(order).fromSequence(from)));
            assertThrows(JournalDamagedException.class, () -> sequences(reader(order)));
        }
    }

    @Test
    void shouldBeginAtATimeWithoutReadingWhatIsBefore() throws IOException {
        writeSegments(LongStream.range(0, 3000).toArray());
        damageAllResultsOf(0);
        for (ReadOrder order : ReadOrder.values()) {
            for (long second : new long[] {1600, 2000, 2998, 2999}) {
                Instant time = Instant.ofEpochSecond(second);
                assertEquals(range(second, 2999), sequences(reader(order).fromTime(time)));
                assertEquals(
                        range(second, 2999),
                        sequences(reader(order).fromTime(time.minusNanos(1))),
                        "the first at or after a time between two");
            }
            assertEquals(List.of(), sequences(reader(order).fromTime(Instant.ofEpochSecond(3001))));
        }
    }

    @Test
    void shouldBeginAtATimeWithWhatOvertookTheFirst() {
        writeSegments(2, 1, 0, 5, 3, 4);
        assertEquals(
                range(0, 5),
                sequences(reader(ReadOrder.SEQUENCE).fromTime(Instant.ofEpochSecond(1))),
                "0 had no result before, and 2 comes after it");
        assertEquals(range(3, 5), sequences(reader(ReadOrder.SEQUENCE).fromTime(Instant.ofEpochSecond(3))));
        assertEquals(
                List.of(1L, 0L, 5L, 3L, 4L),
                sequences(reader(ReadOrder.JOURNAL).fromTime(Instant.ofEpochSecond(1))),
                "what was written then or later");
    }

    @Test
    void shouldEndAfterASequence() throws IOException {
        writeSegments(LongStream.range(0, 3000).toArray());
        damageAllResultsOf(2);
        for (ReadOrder order : ReadOrder.values()) {
            try (JournalReader reader = reader(order).toSequence(400).open()) {
                List<Result> results = new ArrayList<>();
                readRest(reader, results);
                assertEquals(range(0, 400), TestJournal.sequences(results));
                assertTrue(reader.isDone());
            }
            assertEquals(range(7, 9), sequences(reader(order).fromSequence(7).toSequence(9)));
        }
    }

    @Test
    void shouldNotBeDoneWhereMoreMayCome() {
        writeSegments(0, 1);
        try (JournalReader reader =
                reader(ReadOrder.SEQUENCE).toSequence(2).follow().open()) {
            List<Result> results = new ArrayList<>();
            readRest(reader, results);
            assertFalse(reader.isDone());
            writeSegments(2, 3);
            readRest(reader, results);
            assertEquals(range(0, 2), TestJournal.sequences(results));
            assertTrue(reader.isDone());
        }
    }

    @Test
    void shouldLeaveOutOtherGroupsAndSubStreams() {
        List<HandlerGroup<Line>> groups = List.of(
                HandlerGroup.named("one").weight(1).subStreams(1, i -> (line, sequence, endOfBatch) -> {}),
                HandlerGroup.named("two").weight(1).subStreams(2, i -> (line, sequence, endOfBatch) -> {}));
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).groups(groups).open()) {
            writer.begin();
            for (long sequence : new long[] {3, 2, 1, 0, 5, 4}) {
                put(writer, sequence, (int) (sequence % 3), text(sequence));
            }
            writer.onBatchEnd(5);
            writer.onShutdown();
        }
        assertEquals(List.of(0L, 3L), sequences(reader(ReadOrder.SEQUENCE).group("one")));
        assertEquals(List.of(3L, 0L), sequences(reader(ReadOrder.JOURNAL).group("one")));
        assertEquals(
                List.of(1L, 2L, 4L, 5L), sequences(reader(ReadOrder.SEQUENCE).group("two")));
        assertEquals(List.of(2L, 5L), sequences(reader(ReadOrder.SEQUENCE).subStream(2)));
        assertEquals(List.of(), sequences(reader(ReadOrder.JOURNAL).group("one").subStream(2)));
    }

    @Test
    void shouldDeliverOnlyWhatIsAcknowledged() throws IOException {
        writeKilledRun(dir, 1, 0, 1, 2, 3);
        acknowledge(dir, 0, 3); // The head, and two results.
        for (ReadOrder order : ReadOrder.values()) {
            try (JournalReader reader = reader(order).durableOnly().open()) {
                List<Result> results = new ArrayList<>();
                readRest(reader, results);
                assertEquals(range(0, 1), TestJournal.sequences(results));
                acknowledge(dir, 0, 4);
                readRest(reader, results);
                assertEquals(range(0, 2), TestJournal.sequences(results));
                acknowledge(dir, 0, 3);
            }
            assertEquals(range(0, 3), sequences(reader(order)));
        }
    }

    @Test
    void shouldKeepThePaceAtWhichResultsWereWritten() {
        writeSegments(0, 1, 2, 3, 4);
        long[] clock = {SECOND_NS};
        List<Result> results = new ArrayList<>();
        try (JournalReader reader =
                reader(ReadOrder.SEQUENCE).pace(2).clock(() -> clock[0]).open()) {
            readRest(reader, results);
            assertEquals(range(0, 0), TestJournal.sequences(results));
            assertTrue(reader.isPaced());
            clock[0] += SECOND_NS / 2 - 1;
            readRest(reader, results);
            assertEquals(range(0, 0), TestJournal.sequences(results));
            clock[0] += 1;
            readRest(reader, results);
            assertEquals(range(0, 1), TestJournal.sequences(results));
            clock[0] += 10 * SECOND_NS;
            readRest(reader, results);
            assertEquals(range(0, 4), TestJournal.sequences(results));
            assertFalse(reader.isPaced());
        }
    }

    @Test
    void shouldLetTheFirstResultBeDueAtOnceWhereverItBegins() {
        writeSegments();
        nowNs += 1000 * SECOND_NS; // An engine that was idle at first.
        writeSegments(LongStream.range(0, 100).toArray());
        for (long from : new long[] {0, 50}) {
            try (JournalReader reader = reader(ReadOrder.SEQUENCE)
                    .fromSequence(from)
                    .pace(1)
                    .clock(() -> 0)
                    .open()) {
                List<Result> results = new ArrayList<>();
                readRest(reader, results);
                assertEquals(range(from, from), TestJournal.sequences(results));
            }
        }
    }

    @Test
    void shouldSayThatTheReorderWindowIsTooSmall() {
        writeSegments(1, 2, 3, 0);
        assertEquals(range(0, 3), sequences(reader(ReadOrder.SEQUENCE).reorderWindow(4)));
        JournalException e = assertThrows(
                JournalException.class,
                () -> sequences(reader(ReadOrder.SEQUENCE).reorderWindow(3)));
        assertTrue(e.getMessage().contains("sequence 0") && e.getMessage().contains("window of 3"), e.getMessage());
    }

    @Test
    void shouldGoOnAfterDamageWhenAsked() throws IOException {
        writeSegments(LongStream.range(0, 3000).toArray());
        List<Frame> frames = frames(dir, 1);
        Frame damaged = frames.get(5);
        writeBytes(dataFile(dir, 1), damaged.offset() + FrameLayout.HEADER_LENGTH, new byte[] {77});
        writeBytes(
                dataFile(dir, 1),
                frames.get(9).offset() - 4,
                new byte[2 * frames.get(9).length()]);

        List<Long> good = null;
        for (ReadOrder order : ReadOrder.values()) {
            List<JournalProblem> problems = new ArrayList<>();
            List<Long> read = sequences(reader(order).onProblem(problems::add));
            assertEquals(3000 - 3, read.size());
            JournalProblem first = problems.get(0);
            assertEquals(ProblemKind.CORRUPT, first.kind());
            assertEquals("segment-0000000001", first.segment().orElse(""));
            assertEquals(5, first.frame().orElse(-1));
            assertEquals(damaged.offset(), first.fileOffset().orElse(-1));
            assertEquals(1, first.sequences().orElseThrow().count());
            assertFalse(read.contains(first.sequences().orElseThrow().first()));
            JournalProblem hole = problems.stream()
                    .filter(p -> p.kind() == ProblemKind.HOLE)
                    .findFirst()
                    .orElseThrow();
            assertEquals(2, hole.sequences().orElseThrow().count());
            assertFalse(read.contains(hole.sequences().orElseThrow().first()));
            assertFalse(read.contains(hole.sequences().orElseThrow().last()));
            good = good == null ? read : good;
            assertEquals(good, read);
        }
    }

    @Test
    void shouldNameTheSequencesThatWillNotCome() throws IOException {
        writeKilledRun(dir, 1, 0, 4, 1, 6);
        List<JournalProblem> problems = new ArrayList<>();
        assertEquals(
                List.of(0L, 1L, 4L, 6L), sequences(reader(ReadOrder.SEQUENCE).onProblem(problems::add)));
        assertEquals(
                List.of("UNFINISHED: sequences 2 to 3 have no result", "UNFINISHED: sequence 5 has no result"),
                problems.stream().map(JournalProblem::message).toList());
    }

    @Test
    void shouldTellHowFarItIs() {
        String text = "x".repeat(100_000);
        try (JournalWriter<Line> writer = open(dir)) {
            writer.begin();
            for (long i = 0; i < 100; i++) {
                put(writer, i, 0, text);
                writer.onBatchEnd(i);
            }
            writer.onShutdown();
        }
        for (long from : new long[] {0, 40}) {
            List<Long> done = new ArrayList<>();
            long[] length = {0};
            try (JournalReader reader = reader(ReadOrder.JOURNAL)
                    .fromSequence(from)
                    .onProgress((doneBytes, totalBytes) -> {
                        done.add(doneBytes);
                        length[0] = totalBytes;
                    })
                    .open()) {
                readRest(reader, new ArrayList<>());
            }
            long expected = (100 - from) * text.length();
            assertEquals(from == 0 ? 2 : 1, done.size());
            assertTrue(done.get(0) >= 4 << 20 && done.get(0) < 5 << 20, done::toString);
            assertTrue(Math.abs(length[0] - expected) < 1_000_000, length[0] + " of " + expected);
        }
    }

    @Test
    void shouldNameValuesThatAreOutOfRange() {
        writeSegments(0);
        assertMessage("-1", reader(ReadOrder.SEQUENCE).fromSequence(-1));
        assertMessage("toSequence 3", reader(ReadOrder.SEQUENCE).fromSequence(4).toSequence(3));
        assertMessage("0", reader(ReadOrder.SEQUENCE).reorderWindow(0));
        assertMessage(
                "1970-01-01T00:00:09Z",
                reader(ReadOrder.SEQUENCE).fromSequence(4).fromTime(Instant.ofEpochSecond(9)));
        assertThrows(
                IllegalArgumentException.class, () -> reader(ReadOrder.SEQUENCE).pace(Double.NaN));
    }

    private static void assertMessage(String part, JournalReaderBuilder settings) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, settings::open);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
