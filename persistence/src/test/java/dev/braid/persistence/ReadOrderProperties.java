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
            List<TestJournal.Result> inSequence = TestJournal.read(dir, ReadOrder.SEQUENCE);
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
}
