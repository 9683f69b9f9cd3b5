package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Braid writes as an empty queue is what Chronicle Queue itself would make, and what it takes for one. */
class EmptyQueueTest {
    @TempDir
    Path dir;

    private static SingleChronicleQueue open(Path folder) {
        return SingleChronicleQueueBuilder.binary(folder)
                .rollCycle(LargeRollCycles.LARGE_DAILY)
                .timeProvider(() -> 0L)
                .blockSize(1024 * 1024)
                .build();
    }

    /** As Chronicle Queue makes it: the first document is begun, and taken back. */
    private static void makeByChronicle(Path folder) {
        try (SingleChronicleQueue queue = open(folder);
                ExcerptAppender appender = queue.createAppender();
                DocumentContext document = appender.writingDocument()) {
            assertEquals(EmptyQueue.END, document.wire().bytes().writePosition() - 4);
            document.rollbackOnClose();
        }
    }

    private Path makeByBraid() {
        Path folder = dir.resolve("braid");
        new SegmentWriter(folder, FileDisk.INSTANCE, () -> {}).close();
        return folder;
    }

    @Test
    void shouldBeByteForByteWhatChronicleQueueMakes() throws IOException {
        Path chronicle = dir.resolve("chronicle");
        makeByChronicle(chronicle);

        Path braid = makeByBraid();

        assertArrayEquals(chronicle.toFile().list(), braid.toFile().list());
        assertArrayEquals(
                Files.readAllBytes(chronicle.resolve(EmptyQueue.METADATA_FILE)),
                Files.readAllBytes(braid.resolve(EmptyQueue.METADATA_FILE)));
        byte[] expected = Files.readAllBytes(chronicle.resolve(EmptyQueue.DATA_FILE));
        byte[] written = Files.readAllBytes(braid.resolve(EmptyQueue.DATA_FILE));
        assertArrayEquals(Arrays.copyOf(expected, (int) EmptyQueue.END), Arrays.copyOf(written, (int) EmptyQueue.END));
        assertArrayEquals(
                new byte[written.length - (int) EmptyQueue.END],
                Arrays.copyOfRange(written, (int) EmptyQueue.END, written.length));
    }

    @Test
    void shouldBeAppendedToAndReadByChronicleQueue() {
        try (SingleChronicleQueue queue = open(makeByBraid());
                ExcerptAppender appender = queue.createAppender();
                ExcerptTailer tailer = queue.createTailer()) {
            for (int i = 0; i < 300; i++) { // More than Chronicle has between two entries of its index.
                appender.writeText("text " + i);
                assertEquals(i, appender.lastIndexAppended());
                assertEquals("text " + i, tailer.readText());
            }
            assertNull(tailer.readText());
        }
    }
}
