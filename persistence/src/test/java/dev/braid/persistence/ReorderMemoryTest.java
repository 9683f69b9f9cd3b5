package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that wait for their turn take no more memory than they are allowed to, however long they are. */
class ReorderMemoryTest {
    private static final int COUNT = 32;
    private static final int PAYLOAD_LENGTH = 1 << 20;
    private static final long KEPT_BYTES = 4L << 20;

    @TempDir
    Path temporary;

    private Path dir;

    private static final ResultHandler CHECK = (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
        assertEquals(PAYLOAD_LENGTH, length);
        assertEquals(byteOf(sequence), buffer.getByte(offset), () -> "first byte of sequence " + sequence);
        assertEquals(byteOf(sequence), buffer.getByte(offset + length - 1), () -> "last byte of sequence " + sequence);
    };

    private static char byteOf(long sequence) {
        return (char) ('a' + sequence % 26);
    }

    /** All results of one sub-stream, in a segment each; and then those of another, which come first by sequence. */
    @BeforeEach
    void writeTwoSubStreams() {
        dir = temporary.resolve("journal");
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .maxFrameLength(2 * PAYLOAD_LENGTH)
                .segmentSize(2L * PAYLOAD_LENGTH)
                .open()) {
            writer.begin();
            SequenceTracker done = new SequenceTracker();
            LongStream.range(0, COUNT).map(i -> 2 * i + 1).forEach(sequence -> put(writer, done, sequence));
            LongStream.range(0, COUNT).map(i -> 2 * i).forEach(sequence -> put(writer, done, sequence));
            writer.onShutdown();
        }
    }

    private static void put(JournalWriter<Line> writer, SequenceTracker done, long sequence) {
        TestJournal.put(
                writer,
                sequence,
                (int) (sequence % 2),
                String.valueOf(byteOf(sequence)).repeat(PAYLOAD_LENGTH));
        done.add(sequence);
        writer.onBatchEnd(done.next() - 1);
    }

    private JournalReaderBuilder builder() {
        return JournalReader.builder(dir).reorderBytes(KEPT_BYTES);
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void shouldKeepPlacesInsteadOfPayloadsBeyondABoundInBytes() {
        long before = allocatedBytes();
        int results = 0;
        try (JournalReader reader = builder().open()) {
            for (int polled = reader.poll(CHECK, 1); polled > 0; polled = reader.poll(CHECK, 1)) {
                results += polled;
            }
        }
        long allocated = allocatedBytes() - before;

        assertEquals(2 * COUNT, results);
        assertTrue(allocated < 4 * KEPT_BYTES, () -> allocated + " bytes were allocated to keep " + KEPT_BYTES);
    }

    @Test
    void shouldHoldOffRetentionFromTheOldestSegmentThatWillBeReadAgain() {
        try (JournalReader reader = builder().open()) {
            assertEquals(1, reader.poll(CHECK, 1));
            long first = KEPT_BYTES / PAYLOAD_LENGTH; // Of which only the place is kept; it has a segment of its own.
            assertEquals(first, ReaderLease.held(dir).get(0).segment());

            JournalRetention.of(dir).below(Long.MAX_VALUE).apply();
            int results = 1;
            for (int polled = reader.poll(CHECK, 1); polled > 0; polled = reader.poll(CHECK, 1)) {
                results++;
                long oldest = ReaderLease.held(dir).get(0).segment();
                long sequence = results - 1;
                assertTrue(
                        oldest <= Math.max(first, (sequence + 1) / 2) || sequence == 2 * COUNT - 1,
                        () -> "after sequence " + sequence + " the lease holds " + oldest);
            }

            assertEquals(2 * COUNT, results);
            assertTrue(ReaderLease.held(dir).get(0).segment() >= COUNT, () -> ReaderLease.held(dir)
                    .toString());
        }
    }

    @Test
    void shouldNameAResultWhosePayloadIsNotWhatItWasWhenItWasHeldBack() throws IOException {
        long damaged = 2 * COUNT - 1;
        try (JournalReader reader = builder().open()) {
            assertEquals(1, reader.poll(CHECK, 1));
            Frame frame = frames(dir, COUNT - 1).get(1);
            Path file = dataFile(dir, COUNT - 1);
            writeBytes(file, frame.offset() + frame.length() / 2, new byte[] {'?'});

            List<Long> delivered = new ArrayList<>();
            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> {
                while (reader.poll((s, u, o, t, b, f, l) -> delivered.add(s), 1) > 0) {
                    // Go on.
                }
            });

            assertEquals(LongStream.range(1, damaged).boxed().toList(), delivered);
            assertTrue(e.getMessage().contains("the payload of sequence " + damaged), e.getMessage());
            assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
            assertThrows(JournalDamagedException.class, () -> reader.poll(CHECK, 1));
        }
    }

    @Test
    void shouldSayWhichSegmentWasDeletedWhileItsResultsWereHeldBack() throws IOException {
        try (JournalReader reader = builder().withoutLease().open()) {
            assertEquals(1, reader.poll(CHECK, 1));
            Path file = dataFile(dir, COUNT - 1);
            Files.delete(file);

            JournalException e = assertThrows(JournalException.class, () -> {
                while (reader.poll(CHECK, 1) > 0) {
                    // Go on.
                }
            });
            assertEquals(
                    JournalFolder.segmentName(COUNT - 1) + " was deleted while 1 of its results were held back: "
                            + file,
                    e.getMessage());
        }
    }
}
