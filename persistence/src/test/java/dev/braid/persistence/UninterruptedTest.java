package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.braid.engine.Outcome;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt ends no wait that must not end, loses no lock and no result, and is not forgotten. */
class UninterruptedTest {
    @TempDir
    Path dir;

    @AfterEach
    void forget() {
        Thread.interrupted();
    }

    @Test
    void shouldKeepTheInterruptAndWhatTheWorkThrows() throws IOException {
        Thread.currentThread().interrupt();
        assertFalse(Uninterrupted.<Boolean, IOException>call(
                () -> Thread.currentThread().isInterrupted()));
        assertTrue(Thread.currentThread().isInterrupted());
        assertThrows(
                IOException.class,
                () -> Uninterrupted.call(() -> {
                    throw new IOException("bad luck");
                }));
        assertTrue(Thread.interrupted());
        Uninterrupted.call(() -> null);
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void shouldSleepWhileItWaitsThoughItIsInterrupted() {
        AtomicLong asked = new AtomicLong();
        Thread.currentThread().interrupt();
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        Uninterrupted.await(
                () -> {
                    asked.incrementAndGet();
                    return System.nanoTime() - untilNs >= 0;
                },
                TimeUnit.MILLISECONDS.toNanos(10));
        assertTrue(Thread.interrupted());
        assertTrue(asked.get() <= 22, () -> "asked " + asked + " times in 200 ms: it did not sleep");
    }

    @Test
    void shouldWaitForALockWithoutSpinningThoughInterrupted() throws Exception {
        Path file = dir.resolve("lock");
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicLong cpuNs = new AtomicLong();
        Thread waiting;
        try (FileLocks.Lock held = FileLocks.tryTake(file)) {
            assertTrue(held.isInPlace());
            waiting = new Thread(() -> {
                Thread.currentThread().interrupt();
                try (FileLocks.Lock lock = FileLocks.await(file)) {
                    assertTrue(lock.isInPlace());
                    assertTrue(Thread.interrupted(), "the interrupt was lost");
                } catch (Throwable t) {
                    failure.set(t);
                }
                cpuNs.set(((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadCpuTime());
            });
            waiting.start();
            waiting.join(500); // It cannot have the lock before.
            assertTrue(waiting.isAlive());
        }
        waiting.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(waiting.isAlive(), "it did not get the lock within 60 s");
        assertNull(failure.get());
        assertTrue(cpuNs.get() < TimeUnit.MILLISECONDS.toNanos(400), () -> "took " + cpuNs + " ns of CPU time");
    }

    @Test
    void shouldWaitForRoomWithoutSpinningThoughInterrupted() throws Exception {
        WrittenResults results = new WrittenResults(1, new JournalHealth(dir));
        FrameDecoder frame = new FrameDecoder();
        frame.wrap(frameOfTwo().buffer(), 0);
        AtomicLong woken = new AtomicLong();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread adding = new Thread(() -> {
            Thread.currentThread().interrupt();
            results.add(frame, woken::incrementAndGet);
            interrupted.set(Thread.interrupted());
        });
        long startNs = System.nanoTime();
        adding.start();
        adding.join(500); // There is no room before something is taken.
        assertEquals(1, results.added());
        results.take(1);
        adding.join(TimeUnit.SECONDS.toMillis(60));
        assertFalse(adding.isAlive(), "it did not get room within 60 s");
        assertEquals(2, results.added());
        assertEquals(true, interrupted.get());
        long pausesMax = (System.nanoTime() - startNs) / WrittenResults.PAUSE_NS;
        assertTrue(woken.get() <= pausesMax + 1, () -> "looked " + woken + " times, for no more than " + pausesMax);
    }

    private static FrameEncoder frameOfTwo() {
        FrameEncoder encoder = new FrameEncoder(64, new FrameEncoder.Stamps(-1, 0));
        for (long sequence = 0; sequence < 2; sequence++) {
            encoder.add(sequence, 0, Outcome.PROCESSED.code(), 0);
        }
        encoder.finish(FrameLayout.TYPE_RESULTS, new SegmentTally(1, 0, ChainHash.Value.NONE), 0, -1, 0);
        return encoder;
    }

    @Test
    void shouldLoseNothingWhereTheWritingThreadIsInterrupted() {
        try (JournalWriter<Line> writer =
                JournalWriter.builder(dir, CODEC).segmentSize(64 * 1024).open()) {
            writer.begin();
            for (long i = 0; i < 300; i++) { // Over several segments, for each of which it waits.
                Thread.currentThread().interrupt();
                put(writer, i, 0, "x".repeat(1000));
                writer.onBatchEnd(i);
                assertTrue(Thread.currentThread().isInterrupted());
            }
            assertThrows(InterruptedException.class, () -> writer.awaitDurable(1000, java.time.Duration.ofSeconds(60)));
            Thread.currentThread().interrupt();
            writer.onShutdown();
        }
        assertTrue(Thread.interrupted());
        assertEquals(300, read(dir, ReadOrder.SEQUENCE).size());
        assertTrue(verify(dir).problems().isEmpty());
    }
}
