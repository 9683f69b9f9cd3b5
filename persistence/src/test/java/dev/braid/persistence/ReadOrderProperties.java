package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.IoUtil;

class ReadOrderProperties {
    @Property(tries = 25)
    void shouldReadAnyInterleavingInSequenceOrder(
            @ForAll @IntRange(min = 1, max = 3000) int count,
            @ForAll @IntRange(min = 1, max = 64) int batchSize,
            @ForAll long seed)
            throws IOException {
        List<Long> written = new ArrayList<>(LongStream.range(0, count).boxed().toList());
        Collections.shuffle(written, new Random(seed));
        Path dir = Files.createTempDirectory("journal");
        try {
            TestJournal.writeRun(
                    dir, batchSize, written.stream().mapToLong(Long::longValue).toArray());

            assertEquals(written, TestJournal.sequences(TestJournal.read(dir, ReadOrder.JOURNAL)));
            long keptBytes = new Random(seed).nextInt(4) * 100L * count / 64; // From none to nearly all.
            List<TestJournal.Result> inSequence = new ArrayList<>();
            try (JournalReader reader =
                    JournalReader.builder(dir).reorderBytes(keptBytes).open()) {
                TestJournal.readRest(reader, inSequence);
            }
            Collections.sort(written);
            assertEquals(written, TestJournal.sequences(inSequence));
            for (TestJournal.Result result : inSequence) {
                assertEquals(TestJournal.text(result.sequence()), result.text());
                assertEquals(result.sequence(), result.subStream());
            }
            assertTrue(TestJournal.verify(dir).problems().isEmpty());
        } finally {
            IoUtil.delete(dir.toFile(), false);
        }
    }

    @Property(tries = 50)
    void shouldDeliverEachResultOnceWhateverTheLimitsAndHoweverOftenTheHandlerThrows(
            @ForAll @IntRange(min = 1, max = 600) int count,
            @ForAll @IntRange(min = 1, max = 64) int batchSize,
            @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        List<Long> written = new ArrayList<>(LongStream.range(0, count).boxed().toList());
        for (int i = random.nextInt(5); i > 0; i--) { // Stretches in order, with others between.
            int first = random.nextInt(count);
            Collections.shuffle(written.subList(first, Math.min(count, first + 10)), random);
        }
        long from = random.nextInt(count);
        long to = from + random.nextInt(count);
        Path dir = Files.createTempDirectory("journal");
        try {
            TestJournal.writeRun(
                    dir, batchSize, written.stream().mapToLong(Long::longValue).toArray());

            List<Long> expected = new ArrayList<>(
                    written.stream().filter(each -> each >= from && each <= to).toList());
            assertEquals(expected, readWithInterruptions(dir, ReadOrder.JOURNAL, from, to, random));
            Collections.sort(expected);
            assertEquals(expected, readWithInterruptions(dir, ReadOrder.SEQUENCE, from, to, random));
        } finally {
            IoUtil.delete(dir.toFile(), false);
        }
    }

    private static List<Long> readWithInterruptions(Path dir, ReadOrder order, long from, long to, Random random) {
        List<Long> delivered = new ArrayList<>();
        ResultHandler handler = (sequence, subStream, outcome, frameTimeNs, buffer, offset, length) -> {
            assertEquals(TestJournal.text(sequence), buffer.getStringWithoutLengthUtf8(offset, length));
            assertEquals(sequence, subStream);
            delivered.add(sequence);
            if (random.nextInt(20) == 0) {
                throw new IllegalStateException("handler");
            }
        };
        try (JournalReader reader = JournalReader.builder(dir)
                .order(order)
                .fromSequence(from)
                .toSequence(to)
                .open()) {
            boolean isAtEnd = false;
            while (!isAtEnd) {
                int before = delivered.size();
                int limit = 1 + random.nextInt(100);
                try {
                    int polled = reader.poll(handler, limit);
                    assertEquals(delivered.size() - before, polled);
                    isAtEnd = polled == 0;
                } catch (IllegalStateException e) {
                    assertEquals("handler", e.getMessage());
                }
                assertTrue(delivered.size() - before <= limit);
            }
        }
        return delivered;
    }
}
