package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.TestJournal.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalRetentionTest {
    @TempDir
    Path dir;

    private long nowNs;

    /** Segments of two results each, one every 10 s: 0 and 1, 2 and 3, … */
    private void writeSegments(int count) {
        for (int i = 0; i < count; i++) {
            try (JournalWriter<Line> writer =
                    JournalWriter.builder(dir, CODEC).clock(() -> nowNs).open()) {
                writer.begin();
                long next = writer.nextSequence();
                putAll(writer, 1, next, next + 1);
                writer.onShutdown();
            }
            nowNs += 10_000_000_000L;
        }
    }

    private static List<Integer> numbers(RetentionReport report) {
        return report.deleted().stream()
                .map(segment -> Integer.parseInt(segment.segment().substring("segment-".length())))
                .toList();
    }

    private List<Long> numbersLeft() {
        return JournalFolder.segments(dir).stream()
                .map(JournalFolder.Segment::number)
                .toList();
    }

    private JournalRetention retention() {
        return JournalRetention.of(dir);
    }

    private void assertSoundFrom(long first, long last) {
        VerifyReport report = verify(dir);
        assertTrue(report.problems().isEmpty(), report::toString);
        List<Long> expected = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            expected.add(i);
        }
        assertEquals(expected, sequences(read(dir, ReadOrder.SEQUENCE)));
        assertEquals(first, Journals.describe(dir).sequences().first());
        assertEquals(last, Journals.describe(dir).sequences().lowWatermark());
    }

    @Test
    void shouldGiveUpNothingWithoutALimit() {
        writeSegments(3);
        RetentionReport report = retention().apply();
        assertEquals(List.of(), report.deleted());
        assertEquals(Optional.empty(), report.kept());
        assertSoundFrom(0, 5);
    }

    @Test
    void shouldGiveUpWhatIsBelowASequence() {
        writeSegments(4);
        assertEquals(List.of(0), numbers(retention().below(3).plan()));
        assertEquals(List.of(0, 1), numbers(retention().below(4).plan()));
        assertEquals(List.of(0L, 1L, 2L, 3L), numbersLeft(), "a plan changes nothing");
        assertSoundFrom(0, 7);

        RetentionReport report = retention().below(4).apply();

        assertEquals(List.of(0, 1), numbers(report));
        assertEquals(4, report.firstSequence());
        assertEquals(List.of(2L, 3L), numbersLeft());
        assertSoundFrom(4, 7);
        writeSegments(1);
        assertSoundFrom(4, 9);
        assertEquals(List.of(2), numbers(retention().below(6).apply()));
        assertSoundFrom(6, 9);
    }

    @Test
    void shouldGiveUpByAge() {
        writeSegments(4);
        assertEquals(
                List.of(), numbers(retention().since(Instant.ofEpochSecond(0)).plan()));
        assertEquals(
                List.of(0, 1),
                numbers(retention().since(Instant.ofEpochSecond(20)).apply()));
        assertSoundFrom(4, 7);
    }

    @Test
    void shouldGiveUpBySize() {
        writeSegments(4);
        long bytes = retention().plan().bytes();
        assertEquals(List.of(), numbers(retention().maxBytes(bytes).plan()));
        assertEquals(List.of(0), numbers(retention().maxBytes(bytes - 1).plan()));
        RetentionReport report = retention().maxBytes(bytes / 2).apply();
        assertEquals(List.of(0, 1), numbers(report));
        assertTrue(report.bytes() <= bytes / 2);
        assertEquals(Optional.empty(), report.kept());
        assertSoundFrom(4, 7);
    }

    @Test
    void shouldKeepTheLastSealedSegment() {
        writeSegments(3);
        RetentionReport report = retention().below(Long.MAX_VALUE).maxBytes(0).apply();
        assertEquals(List.of(0, 1), numbers(report));
        assertEquals("segment-0000000002", report.kept().orElseThrow().segment());
        assertEquals(
                "the last sealed segment always stays",
                report.kept().orElseThrow().reason());
        writeSegments(1);
        assertSoundFrom(4, 7);
    }

    @Test
    void shouldKeepWhatAReaderReads() {
        writeSegments(4);
        List<Result> results = new ArrayList<>();
        try (JournalReader reader = JournalReader.builder(dir).fromSequence(2).open()) {
            RetentionReport report = retention().below(100).apply();
            assertEquals(List.of(0), numbers(report));
            assertTrue(
                    report.kept().orElseThrow().reason().startsWith("a reader is there: readers/"),
                    report.kept().orElseThrow().reason());
            readRest(reader, results);
            assertEquals(List.of(2L, 3L, 4L, 5L, 6L, 7L), sequences(results));
            assertEquals(List.of(1, 2), numbers(retention().below(100).apply()), "it has moved on");
        }
        assertSoundFrom(6, 7);
    }

    @Test
    void shouldTellAReaderWithoutLeaseThatItIsTooLate() {
        writeSegments(3);
        try (JournalReader reader = JournalReader.builder(dir).withoutLease().open()) {
            assertEquals(1, reader.poll((sequence, subStream, outcome, time, buffer, offset, length) -> {}, 1));
            assertEquals(List.of(0, 1), numbers(retention().below(100).apply()));
            JournalException e = assertThrows(JournalException.class, () -> readRest(reader, new ArrayList<>()));
            assertTrue(e.getMessage().contains("up to sequence 3 were given up"), e.getMessage());
        }
    }

    @Test
    void shouldKeepWhatRecoveryNeeds() throws IOException {
        writeSegments(2);
        writeKilledRun(dir, 1, 6, 4);
        JournalRecovery found = new JournalRecovery(dir, NO_PROGRESS);
        try (WriterFence fence = WriterFence.take(dir, FileDisk.INSTANCE)) {
            new JournalRepair(found, FileDisk.INSTANCE, fence)
                    .apply(0, 0); // As a start would do, which then goes on with 5.
        }
        ManifestFile.update(dir, FileDisk.INSTANCE, manifest -> manifest.withSealed(following(manifest)));
        RetentionReport report = retention().below(100).apply();
        assertEquals(List.of(0, 1), numbers(report));
        assertEquals("segment-0000000002", report.kept().orElseThrow().segment());
        assertEquals(
                "recovery needs what is above the low watermark, 4",
                report.kept().orElseThrow().reason());
    }

    /** An empty segment after the last one. */
    private static SealedSegment following(Manifest manifest) {
        SealedSegment last = manifest.last();
        return new SealedSegment(
                last.number() + 1,
                SegmentEnd.CUT,
                last.durability(),
                new SealedSegment.Size(1, 1, last.size().fileLength()),
                new SealedSegment.Contents(0, OutcomeCounts.NONE, -1, -1),
                new SealedSegment.Times(0, 0, 0),
                new SealedSegment.AtEnd(
                        last.atEnd().lowWatermark(),
                        last.atEnd().highestSequence(),
                        0,
                        last.atEnd().chain()));
    }

    @Test
    void shouldKeepWhatAnEngineNeedsForItsState() {
        writeSegments(4);
        ManifestFile.update(dir, FileDisk.INSTANCE, manifest -> manifest.withNeeded(3));
        RetentionReport report = retention().below(100).apply();
        assertEquals(List.of(0), numbers(report));
        assertEquals(
                "recovery needs all from sequence 3 on",
                report.kept().orElseThrow().reason());
    }

    /** Counts its records. */
    private static final class Counting implements StatefulHandler<Line> {
        private long count;

        @Override
        public void onEvent(Line line, long sequence, boolean endOfBatch) {
            line.text = Long.toString(++count);
        }

        @Override
        public void onReplay(Line result, long sequence) {
            count = Long.parseLong(result.text);
        }

        @Override
        public int snapshot(MutableDirectBuffer buffer, int offset) {
            buffer.putLong(offset, count);
            return Long.BYTES;
        }

        @Override
        public void restore(DirectBuffer buffer, int offset, int length) {
            count = buffer.getLong(offset);
        }
    }

    /** A segment of ten results of a handler with state, and perhaps a snapshot at its end. */
    private void runStateful(boolean withSnapshot) {
        List<HandlerGroup<Line>> groups =
                List.of(HandlerGroup.named("counting").weight(1).subStreams(1, i -> new Counting()));
        try (JournalWriter<Line> journal =
                        JournalWriter.builder(dir, CODEC).groups(groups).open();
                HandlerStates<Line> states = states(journal, groups, withSnapshot);
                BraidEngine<Line> engine = BraidEngine.<Line>builder(Line::new)
                        .groups(states.groups())
                        .merge(journal)
                        .threadingMode(ThreadingMode.INVOKER)
                        .start()) {
            for (int i = 0; i < 10; i++) {
                engine.ingress().publish((line, sequence) -> {});
            }
        }
    }

    private static HandlerStates<Line> states(
            JournalWriter<Line> journal, List<HandlerGroup<Line>> groups, boolean withSnapshot) {
        HandlerStatesBuilder<Line> builder =
                HandlerStates.builder(journal, groups, Line::new).keep(2);
        return (withSnapshot ? builder.snapshotEvery(1_000_000) : builder).open();
    }

    @Test
    void shouldKeepWhatHandlersNeedForTheirState() {
        runStateful(false);
        runStateful(false);
        RetentionReport report = retention().below(1000).apply();
        assertEquals(List.of(), report.deleted());
        assertEquals(
                "recovery needs all from sequence 0 on",
                report.kept().orElseThrow().reason());

        runStateful(true); // One snapshot, at the end: after sequence 29.
        assertEquals(List.of(0, 1), numbers(retention().below(1000).plan()), "for the same reason");
        runStateful(true); // The second one.
        runStateful(true); // The third one, after 49; that after 39 is the older one that is kept.
        report = retention().below(1000).apply();
        assertEquals(
                List.of(0, 1, 2), numbers(report), "the last frame up to 39 proves of which journal the older one is");
        runStateful(true);
        List<Result> results = read(dir, ReadOrder.SEQUENCE);
        assertEquals("60", results.get(results.size() - 1).text());
    }

    @Test
    void shouldDeleteWhatWasGivenUpBefore() throws IOException {
        writeSegments(3);
        Path copy = Files.createTempDirectory("segment");
        copy(JournalFolder.segment(dir, 0).folder(), copy);
        retention().below(2).apply();
        copy(copy, JournalFolder.segment(dir, 0).folder()); // Broken off before it was deleted.
        assertTrue(verify(dir).isGood());

        assertEquals(List.of(), numbers(retention().apply()));

        assertEquals(List.of(1L, 2L), numbersLeft());
        assertSoundFrom(2, 5);
    }

    @Test
    void shouldWorkWhileTheJournalIsWritten() {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).segmentSize(64 * 1024).open()) {
            writer.begin();
            String text = "x".repeat(1000);
            for (long i = 0; i < 300; i++) {
                put(writer, i, 0, text);
                writer.onBatchEnd(i);
                if (i % 50 == 49) {
                    retention().below(i).apply();
                }
            }
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (retention().below(300).apply().firstSequence() < 100) { // Segments are sealed by another thread.
                assertTrue(System.nanoTime() < deadlineNs, "no segments were sealed in 60 s");
                Thread.onSpinWait();
            }
            writer.onShutdown();
        }
        VerifyReport report = verify(dir);
        assertTrue(report.problems().isEmpty(), report::toString);
        long first = Journals.describe(dir).sequences().first();
        List<Long> sequences = sequences(read(dir, ReadOrder.SEQUENCE));
        assertEquals(first, sequences.get(0));
        assertEquals(300 - first, sequences.size());
    }

    @Test
    void shouldRefuseADamagedManifest() throws IOException {
        writeSegments(3);
        Files.write(dir.resolve(ManifestFile.NAME), new byte[100]);
        assertThrows(JournalDamagedException.class, () -> retention().below(100).apply());
        assertEquals(List.of(0L, 1L, 2L), numbersLeft());
        assertThrows(IllegalArgumentException.class, () -> retention().below(-1));
        assertThrows(IllegalArgumentException.class, () -> retention().maxBytes(-1));
    }
}
