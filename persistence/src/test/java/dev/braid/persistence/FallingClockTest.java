package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.TestSeed;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Journals whose writers had clocks that were ahead, behind, or set while they wrote. */
class FallingClockTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Duration TWELVE_YEARS = Duration.ofDays(12 * 365);

    @TempDir
    Path dir;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    /** What the clock says, which is read once per frame. */
    private long clockNs;

    private static long ns(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    /** A run, and so a segment, with a result each second. */
    private void run(Instant begin, int results) {
        clockNs = ns(begin);
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).clock(() -> clockNs).open()) {
            writer.begin();
            for (int i = 0; i < results; i++) {
                clockNs += SECOND_NS;
                long next = writer.lowWatermark() + 1;
                put(writer, next, 0, text(next));
                writer.onBatchEnd(next);
            }
            writer.onShutdown();
        }
    }

    private JournalRetention retention() {
        return JournalRetention.of(dir).clock(() -> ns(NOW));
    }

    private static List<String> segments(RetentionReport report) {
        return report.deleted().stream().map(RetentionReport.Deleted::segment).toList();
    }

    private List<Long> sequencesFrom(Instant time, ReadOrder order, List<JournalProblem> problems) {
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.builder(dir)
                .order(order)
                .fromTime(time)
                .epochClock(() -> ns(NOW))
                .onProblem(problems::add)
                .open()) {
            readRest(reader, results);
        }
        return sequences(results);
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void shouldGiveUpByAgeThoughAClockWasAheadOnce() {
        run(NOW.plus(TWELVE_YEARS), 10);
        run(NOW.minus(Duration.ofDays(20)), 10);
        run(NOW.minus(Duration.ofDays(10)), 10);
        run(NOW.minus(Duration.ofDays(1)), 10);
        run(NOW.minus(Duration.ofHours(1)), 10);

        RetentionReport report =
                retention().since(NOW.minus(Duration.ofDays(7))).apply();

        assertEquals(List.of("segment-0000000000", "segment-0000000001", "segment-0000000002"), segments(report));
        assertEquals(1, report.notes().size(), report::toString);
        String note = report.notes().get(0);
        assertTrue(note.startsWith("segment-0000000000: its times, up to 2038-11-25T"), note);
        assertTrue(note.contains("ahead by about 12 years; it is judged by segment-0000000001"), note);
        assertEquals(range(30, 49), sequences(read(dir, ReadOrder.SEQUENCE)));
    }

    @Test
    void shouldKeepWhatIsYoungThoughItsClockWasAhead() {
        run(NOW.minus(Duration.ofDays(20)), 10);
        run(NOW.plus(TWELVE_YEARS), 10);
        run(NOW.minus(Duration.ofDays(1)), 10);
        run(NOW.minus(Duration.ofHours(1)), 10);

        RetentionReport report =
                retention().since(NOW.minus(Duration.ofDays(7))).apply();

        assertEquals(List.of("segment-0000000000"), segments(report));
        assertTrue(report.notes().get(0).contains("it is judged by segment-0000000002"), report::toString);
    }

    @Test
    void shouldSayWhyItCannotTellHowOldASegmentIs() {
        run(NOW.plus(TWELVE_YEARS), 10);
        run(NOW.plus(TWELVE_YEARS), 10);

        RetentionReport report =
                retention().since(NOW.minus(Duration.ofDays(7))).plan();

        assertEquals(List.of(), segments(report));
        assertTrue(report.notes().get(0).contains("no sealed segment after it tells how old it is"), report::toString);
    }

    @Test
    void shouldNotGiveUpWhatIsYoungWhoseClockWasBehind() {
        run(NOW.minus(Duration.ofDays(20)), 10);
        run(NOW.minus(Duration.ofDays(2)), 10);
        run(Instant.EPOCH, 10);
        run(NOW.minus(Duration.ofHours(1)), 10);

        RetentionReport report =
                retention().since(NOW.minus(Duration.ofDays(1))).plan();

        assertEquals(List.of("segment-0000000000", "segment-0000000001", "segment-0000000002"), segments(report));
        assertTrue(report.notes().get(0).startsWith("segment-0000000002: the clock was set back by 56 years"));
        report = retention().since(NOW.minus(Duration.ofDays(7))).apply();
        assertEquals(List.of("segment-0000000000"), segments(report), "what comes after the second one is as young");
    }

    @Test
    void shouldNoteNothingWhereClocksAreRight() {
        run(NOW.minus(Duration.ofDays(20)), 10);
        run(NOW.minus(Duration.ofDays(2)), 10);
        run(NOW.minus(Duration.ofHours(1)), 10);
        List<JournalProblem> problems = new ArrayList<>();

        assertEquals(List.of(), retention().since(NOW).plan().notes());
        assertEquals(range(10, 29), sequencesFrom(NOW.minus(Duration.ofDays(3)), ReadOrder.SEQUENCE, problems));
        assertEquals(List.of(), problems);
    }

    @Test
    void shouldFindATimeThoughAClockWasAheadOnce() {
        run(NOW.plus(TWELVE_YEARS), 10);
        run(NOW.minus(Duration.ofDays(20)), 10);
        run(NOW.minus(Duration.ofDays(1)), 10);
        for (ReadOrder order : ReadOrder.values()) {
            List<JournalProblem> problems = new ArrayList<>();
            assertEquals(range(20, 29), sequencesFrom(NOW.minus(Duration.ofDays(7)), order, problems));
            assertEquals(1, problems.size());
            assertEquals(ProblemKind.CLOCK, problems.get(0).kind());
            assertTrue(problems.get(0).message().contains("times up to 2038-11-25T"), problems::toString);

            Instant within = NOW.minus(Duration.ofDays(20)).plusSeconds(5);
            assertEquals(range(14, 29), sequencesFrom(within, order, problems));
            assertEquals(List.of(), sequencesFrom(NOW, order, problems), "nothing was written since");
            problems.clear();
            assertEquals(
                    range(4, 29),
                    sequencesFrom(NOW.plus(TWELVE_YEARS).plusSeconds(5), order, problems),
                    "a time that has not come yet is taken as it is");
            assertEquals(1, problems.size(), problems::toString);
            assertTrue(problems.get(0).message().contains("the clock was set back"), problems::toString);
        }
    }

    @Test
    void shouldPassOverNothingThatIsWantedWhereTheClockFell() {
        run(NOW.minus(Duration.ofDays(2)), 10);
        run(Instant.EPOCH, 10);
        run(NOW.minus(Duration.ofHours(1)), 10);
        List<JournalProblem> problems = new ArrayList<>();

        assertEquals(range(0, 29), sequencesFrom(NOW.minus(Duration.ofDays(7)), ReadOrder.SEQUENCE, problems));

        assertEquals(1, problems.size());
        assertEquals("segment-0000000001", problems.get(0).segment().orElse(""));
        assertTrue(problems.get(0).message().contains("set back to 1970-01-01T00:00:00Z"), problems::toString);
    }

    @Test
    void shouldKeepThePaceOverALeapOfTheClock() {
        run(NOW.minus(Duration.ofDays(2)), 2);
        run(NOW.plus(TWELVE_YEARS), 2);
        run(NOW.minus(Duration.ofDays(1)), 2);
        long[] elapsedNs = {0};
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.builder(dir)
                .pace(1)
                .clock(() -> elapsedNs[0])
                .epochClock(() -> ns(NOW))
                .open()) {
            readRest(reader, results);
            assertEquals(range(0, 0), sequences(results));
            elapsedNs[0] = SECOND_NS;
            readRest(reader, results);
            assertEquals(range(0, 2), sequences(results), "the first after a leap is due with the one before");
            elapsedNs[0] = 2 * SECOND_NS;
            readRest(reader, results);
            assertEquals(range(0, 4), sequences(results), "also after one back");
            elapsedNs[0] = 3 * SECOND_NS - 1;
            readRest(reader, results);
            assertEquals(range(0, 4), sequences(results));
            elapsedNs[0] = 3 * SECOND_NS;
            readRest(reader, results);
            assertEquals(range(0, 5), sequences(results));
            assertFalse(reader.isPaced());
        }
    }

    /** Times of a frame each, by segment: what the clock said. */
    private List<long[]> randomTimes(Random random) {
        List<long[]> segments = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            long[] times = new long[3 + random.nextInt(6)];
            long time = randomTime(random);
            for (int j = 0; j < times.length; j++) {
                times[j] = time;
                time = random.nextInt(8) == 0 ? randomTime(random) : time + random.nextInt(3) * SECOND_NS;
            }
            segments.add(times);
        }
        return segments;
    }

    private static long randomTime(Random random) {
        return ns(NOW) + (random.nextInt(400) - 300) * TimeUnit.MINUTES.toNanos(10);
    }

    /** In a segment each, with a frame for each time, more or less. */
    private void write(Path to, List<long[]> segments) {
        for (long[] times : segments) {
            int[] next = {0};
            try (JournalWriter<Line> writer = JournalWriter.builder(to, CODEC)
                    .clock(() -> times[Math.min(next[0]++, times.length - 1)])
                    .open()) {
                writer.begin();
                for (int i = 1; i < times.length - 1; i++) {
                    long sequence = writer.lowWatermark() + 1;
                    put(writer, sequence, 0, text(sequence));
                    writer.onBatchEnd(sequence);
                }
                writer.onShutdown();
            }
        }
    }

    @RepeatedTest(40)
    void shouldFindTheFirstFrameOfATimeWhateverTheClockDid() throws Exception {
        Random random = seed.random();
        Path journal = Files.createTempDirectory("clocks");
        try {
            write(journal, randomTimes(random));
            dir = journal;
            List<long[]> frames = frames(journal); // Time and sequence.
            for (int i = 0; i < 20; i++) {
                long from = random.nextBoolean() ? randomTime(random) : frames.get(random.nextInt(frames.size()))[0];
                long worth = ns(NOW) + TimeUnit.HOURS.toNanos(1);
                boolean isLater = from > worth;
                List<Long> expected = new ArrayList<>();
                boolean hasBegun = false;
                for (long[] frame : frames) {
                    hasBegun |= frame[0] >= from && (isLater || frame[0] <= worth);
                    if (hasBegun && frame[1] >= 0) {
                        expected.add(frame[1]);
                    }
                }
                Instant time = Instant.ofEpochSecond(0, from);
                for (ReadOrder order : ReadOrder.values()) {
                    assertEquals(
                            expected,
                            sequencesFrom(time, order, new ArrayList<>()),
                            () -> "from " + time + " in order " + order);
                }
            }
        } finally {
            IoUtil.delete(journal.toFile(), false);
        }
    }

    private static List<long[]> timesBySegment(Path journal) {
        Map<String, LongStream.Builder> times = new LinkedHashMap<>();
        try (JournalFrames all = JournalFrames.open(journal, ProblemListener.STRICT)) {
            while (all.next()) {
                times.computeIfAbsent(all.header().place().segment(), name -> LongStream.builder())
                        .add(all.header().times().timeNs());
            }
        }
        return times.values().stream().map(builder -> builder.build().toArray()).toList();
    }

    private static List<long[]> frames(Path journal) {
        List<long[]> frames = new ArrayList<>();
        try (JournalFrames all = JournalFrames.open(journal, ProblemListener.STRICT)) {
            while (all.next()) {
                JournalFrames.Header header = all.header();
                frames.add(new long[] {
                    header.times().timeNs(),
                    header.results() == 0 ? -1 : header.highestSequence().orElseThrow()
                });
            }
        }
        return frames;
    }

    @RepeatedTest(20)
    void shouldGiveUpOnlyWhatIsOldWhateverTheClockDid() throws Exception {
        Random random = seed.random();
        Path journal = Files.createTempDirectory("clocks");
        try {
            write(journal, randomTimes(random));
            List<long[]> segments = timesBySegment(journal);
            long since = randomTime(random);
            long worth = ns(NOW) + TimeUnit.HOURS.toNanos(1);
            RetentionReport report = JournalRetention.of(journal)
                    .clock(() -> ns(NOW))
                    .since(Instant.ofEpochSecond(0, since))
                    .apply();
            for (int i = 0; i < report.deleted().size(); i++) {
                long newest = LongStream.of(segments.get(i)).max().orElseThrow();
                boolean isJudged = newest <= worth;
                assertTrue(newest < since || !isJudged, () -> "gave up what is younger");
                for (int later = i + 1; later < segments.size() && !isJudged; later++) {
                    isJudged = segments.get(later)[0] <= worth;
                    int judge = later;
                    assertTrue(
                            !isJudged || segments.get(judge)[0] < since,
                            () -> "gave up what was followed by what is younger");
                }
                assertTrue(isJudged, () -> "gave up what nothing tells the age of");
            }
            assertTrue(verify(journal).problems().isEmpty());
        } finally {
            IoUtil.delete(journal.toFile(), false);
        }
    }
}
