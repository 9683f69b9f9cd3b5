package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalComparisonTest {
    @TempDir
    Path folder;

    private Path journal(String name, int batchSize, long... sequences) {
        Path dir = folder.resolve(name);
        writeRun(dir, batchSize, sequences);
        return dir;
    }

    private static ComparisonReport compare(Path first, Path other, ReadOrder order) {
        return Journals.compare(first, other, order, NO_PROGRESS);
    }

    @Test
    void shouldTakeNoAccountOfFramesAndSegments() {
        Path a = journal("a", 1, 0, 2, 1, 3, 4);
        Path b = journal("b", 5, 0, 2, 1);
        writeRun(b, 1, 3, 4);
        for (ReadOrder order : ReadOrder.values()) {
            assertEquals(new ComparisonReport(5, Optional.empty()), compare(a, b, order));
            assertEquals(new ComparisonReport(5, Optional.empty()), compare(a, a, order));
        }
    }

    @Test
    void shouldTakeAccountOfOrderOnlyIfAsked() {
        Path a = journal("a", 1, 0, 2, 1, 3);
        Path b = journal("b", 1, 0, 1, 2, 3);
        assertTrue(compare(a, b, ReadOrder.SEQUENCE).isSame());
        ComparisonReport report = compare(a, b, ReadOrder.JOURNAL);
        assertEquals(1, report.same());
        assertEquals(OptionalLong.of(2), report.difference().orElseThrow().firstSequence());
        assertEquals(OptionalLong.of(1), report.difference().orElseThrow().otherSequence());
        assertEquals(
                "the first one has sequence 2, sub-stream 2, PROCESSED, 8 bytes \"record 2\", "
                        + "the second one sequence 1, sub-stream 1, PROCESSED, 8 bytes \"record 1\"",
                report.difference().orElseThrow().message());
    }

    @Test
    void shouldFindTheShorterOne() {
        Path a = journal("a", 1, 0, 1);
        Path b = journal("b", 1, 0, 1, 2);
        for (ReadOrder order : ReadOrder.values()) {
            assertEquals(
                    OptionalLong.empty(),
                    compare(a, b, order).difference().orElseThrow().firstSequence());
            assertEquals(
                    OptionalLong.of(2),
                    compare(a, b, order).difference().orElseThrow().otherSequence());
            assertEquals(
                    OptionalLong.of(2),
                    compare(b, a, order).difference().orElseThrow().firstSequence());
            assertEquals(
                    OptionalLong.empty(),
                    compare(b, a, order).difference().orElseThrow().otherSequence());
            assertEquals(2, compare(b, a, order).same());
        }
    }

    @Test
    void shouldSeeEveryPartOfAResult() {
        Path a = journal("a", 1, 0);
        for (String change : new String[] {"subStream", "payload", "length", "outcome"}) {
            Path b = folder.resolve(change);
            try (JournalWriter<Line> writer = open(b)) {
                writer.begin();
                switch (change) {
                    case "subStream" -> put(writer, 0, 1, text(0));
                    case "payload" -> put(writer, 0, 0, text(1));
                    case "length" -> put(writer, 0, 0, text(0) + " ");
                    default -> writer.onResult(new Line(), 0, 0, Outcome.FAILED, new IOException(text(0)));
                }
                writer.onBatchEnd(0);
                writer.onShutdown();
            }
            for (ReadOrder order : ReadOrder.values()) {
                assertEquals(0, compare(a, b, order).difference().orElseThrow().position(), change);
            }
        }
    }

    @Test
    void shouldSayWhichOneIsDamaged() throws IOException {
        Path a = journal("a", 1, 0, 1, 2);
        Path b = journal("b", 1, 0, 1, 2);
        Frame frame = frames(b, 0).get(2);
        writeBytes(dataFile(b, 0), frame.offset() + FrameLayout.HEADER_LENGTH, new byte[] {77});
        for (ReadOrder order : ReadOrder.values()) {
            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> compare(a, b, order));
            assertTrue(e.getMessage().startsWith("journal " + b + ": CORRUPT in segment-0000000000, frame 2"));
            e = assertThrows(JournalDamagedException.class, () -> compare(b, a, order));
            assertTrue(e.getMessage().startsWith("journal " + b + ": CORRUPT in segment-0000000000, frame 2"));
        }
    }
}
