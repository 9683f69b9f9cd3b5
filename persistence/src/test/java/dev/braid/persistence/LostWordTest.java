package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Frame;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A loss of power can take Chronicle's word before a frame, and leave the frame. A start writes the word again. */
class LostWordTest {
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path folder;

    /** Writes a result that is forced, and others that are not, and copies the journal as it is then. */
    private Path unforced(long... others) throws IOException, InterruptedException {
        Path living = folder.resolve("living");
        Path left = folder.resolve("left");
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean isHeld = new AtomicBoolean();
        FaultyDisk disk = new FaultyDisk(operation -> {
            if (isHeld.get() && operation.kind() == FaultyDisk.Kind.FORCE) {
                await(release);
            }
        });
        try (JournalWriter<Line> writer = JournalWriter.builder(living, TestJournal.CODEC)
                .durability(Durability.DISK)
                .disk(disk)
                .open()) {
            try {
                writer.begin();
                TestJournal.putAll(writer, 1, 0);
                assertTrue(writer.awaitDurable(0, Duration.ofSeconds(TIMEOUT_S)), "not forced in 60 s");
                isHeld.set(true);
                TestJournal.putAll(writer, 1, others);
                TestJournal.copy(living, left);
            } finally {
                release.countDown();
            }
            writer.onShutdown();
        }
        TestJournal.adopt(left);
        return left;
    }

    private static void await(CountDownLatch release) throws IOException {
        try {
            if (!release.await(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new IOException("not released in 60 s");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, true", "2, false", "3, true", "3, false"})
    void shouldBeWrittenAgainAsTheRecoveryPlanSays(long second, boolean hasManifest)
            throws IOException, InterruptedException {
        Path dir = unforced(1, second, second + 1); // From 3 on, results are ahead of the low watermark.
        Frame frame = TestJournal.frames(dir, 0).get(3); // After the head and the first two results.
        Path file = JournalFolder.segment(dir, 0).dataFiles().get(0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(SegmentScanner.WORD_LENGTH), frame.offset() - SegmentScanner.WORD_LENGTH);
        }
        if (!hasManifest) {
            Files.delete(dir.resolve(ManifestFile.NAME)); // Then the plan counts what handlers' state is rebuilt from.
        }

        RecoveryPlan plan = Journals.recoveryPlan(dir, null, TestJournal.NO_PROGRESS);

        assertFalse(plan.isRefused(), plan::toString);
        assertEquals(second - 2, plan.journal().sequences().missing());
        assertEquals(hasManifest ? 0 : 4, plan.state().orElseThrow().replayed());
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                .unfinished(Unfinished.RESEND)
                .open()) {
            assertEquals(
                    plan.journal().sequences().missing(),
                    writer.recovery().sequences().missing());
            assertEquals(second == 2 ? 4 : 2, writer.nextSequence());
        }
        assertEquals(
                List.of(0L, 1L, second, second + 1), TestJournal.sequences(TestJournal.read(dir, ReadOrder.JOURNAL)));
        assertTrue(TestJournal.verify(dir).isGood());
    }
}
