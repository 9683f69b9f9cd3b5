package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.braid.engine.Outcome;
import dev.braid.persistence.FaultyDisk.Kind;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of each result that is acknowledged. That kill -9 takes none of it is what {@link KillFaults} find. */
class DurableResultTest {
    private static final int TIMEOUT_S = 60;

    @TempDir
    Path dir;

    /** Notes all that it is told. */
    private static class Notes implements DurableResultListener {
        final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        final List<Long> sequences = Collections.synchronizedList(new ArrayList<>());
        final AtomicReference<Thread> thread = new AtomicReference<>();
        final List<Throwable> ends = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onResult(long sequence, int subStream, Outcome outcome) {
            lines.add(sequence + " " + subStream + " " + outcome);
            sequences.add(sequence);
            thread.set(Thread.currentThread());
        }

        @Override
        public void onDurable(long sequence) {
            lines.add("up to " + sequence);
        }

        @Override
        public void onEnd(Throwable cause) {
            ends.add(cause);
        }
    }

    private JournalWriter<Line> open(Durability durability, DurableResultListener listener) {
        return JournalWriter.builder(dir, CODEC)
                .durability(durability)
                .onDurable(listener)
                .open();
    }

    private static void await(JournalWriter<?> writer, long sequence) throws InterruptedException {
        assertTrue(
                writer.awaitDurable(sequence, Duration.ofSeconds(TIMEOUT_S)),
                () -> "sequence " + sequence + " not acknowledged in " + TIMEOUT_S + " s");
    }

    @Test
    void shouldTellOfEachResultOnTheThreadThatWritesAtLevelProcess() {
        Notes notes = new Notes();
        try (JournalWriter<Line> writer = open(Durability.PROCESS, notes)) {
            writer.begin();
            put(writer, 1, 4, "overtakes");
            writer.onBatchEnd(-1);
            assertEquals(List.of("1 4 PROCESSED"), notes.lines);
            put(writer, 0, 3, "a");
            writer.onResult(new Line(), 2, -1, Outcome.FAILED, new IllegalStateException("bad"));
            writer.onResult(new Line(), 4, 2, Outcome.SHED, null);
            assertEquals(1, notes.lines.size(), "told before it was written");
            writer.onBatchEnd(2);
            put(writer, 7, 5, "without the end of a batch");
            writer.onShutdown();
            assertEquals(1, notes.ends.size());
        }
        assertEquals(
                List.of("1 4 PROCESSED", "0 3 PROCESSED", "2 -1 FAILED", "4 2 SHED", "up to 2", "7 5 PROCESSED"),
                notes.lines);
        assertSame(Thread.currentThread(), notes.thread.get());
        assertEquals(1, notes.ends.size());
        assertNull(notes.ends.get(0));
    }

    @Test
    void shouldTellOfEachResultOnTheThreadThatForcesAtLevelDisk() throws InterruptedException {
        Notes notes = new Notes();
        AtomicLong forced = new AtomicLong();
        FaultyDisk disk = new FaultyDisk(new FaultyDisk.Script() {
            @Override
            public void before(FaultyDisk.Operation operation) {}

            @Override
            public void after(FaultyDisk.Operation operation) {
                if (operation.kind() == Kind.FORCE && operation.isOf("cq4")) {
                    forced.incrementAndGet();
                }
            }
        });
        List<Long> forcesWhenTold = Collections.synchronizedList(new ArrayList<>());
        Notes counting = new Notes() {
            @Override
            public void onResult(long sequence, int subStream, Outcome outcome) {
                super.onResult(sequence, subStream, outcome);
                forcesWhenTold.add(forced.get());
            }
        };
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .durability(Durability.DISK)
                .segmentSize(64 * 1024)
                .disk(disk)
                .onDurable(counting)
                .open()) {
            writer.begin();
            for (long i = 0; i < 500; i += 2) { // Over several segments.
                put(writer, i + 1, 1, "x".repeat(1000));
                put(writer, i, 0, "y".repeat(500));
                long before = forced.get();
                writer.onBatchEnd(i + 1);
                await(writer, i + 1);
                assertTrue(forced.get() > before);
            }
            writer.onShutdown();
        }
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < 500; i += 2) {
            expected.add(i + 1);
            expected.add(i);
        }
        assertEquals(expected, counting.sequences);
        for (int i = 2; i < 500; i++) {
            assertTrue(forcesWhenTold.get(i) > forcesWhenTold.get(i - 2), "told without a force after it was written");
        }
        assertTrue(counting.thread.get().getName().contains("sync"), counting.thread::toString);
        assertEquals(1, counting.ends.size());
        assertNull(counting.ends.get(0));
        assertEquals(0, notes.lines.size());
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfWhatARestartDeclaresAsLostAndNotOfWhatWasThere(Durability durability) throws IOException {
        writeKilledRun(dir, 1, 0, 1, 3, 5);
        Notes notes = new Notes();
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .durability(durability)
                .unfinished(Unfinished.LOSE)
                .onDurable(notes)
                .open()) {
            writer.begin();
            assertEquals(6, writer.nextSequence());
            put(writer, 6, 0, "new");
            writer.onBatchEnd(6);
            writer.onShutdown();
        }
        assertEquals(List.of(2L, 4L, 6L), notes.sequences);
        assertTrue(notes.lines.contains("2 -1 LOST"), notes.lines::toString);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStopInGoodOrderWhenTheListenerThrowsAndTellItOfNothingMore(Durability durability) throws Exception {
        Notes notes = new Notes() {
            @Override
            public void onResult(long sequence, int subStream, Outcome outcome) {
                super.onResult(sequence, subStream, outcome);
                if (sequence == 2) {
                    throw new IllegalStateException("cannot answer");
                }
            }
        };
        JournalWriter<Line> writer = open(durability, notes);
        writer.begin();
        for (long i = 0; i < 5; i++) {
            put(writer, i, 0, "x");
        }
        JournalException e = assertThrows(JournalException.class, () -> {
            writer.onBatchEnd(4);
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (System.nanoTime() < deadlineNs) {
                writer.onIdle();
                Thread.onSpinWait();
            }
        });
        assertTrue(e.getMessage().contains("the listener of journal " + dir + " threw at sequence 2"), e.getMessage());
        writer.onShutdown();
        writer.close();
        assertEquals(List.of(0L, 1L, 2L), notes.sequences);
        assertEquals(1, notes.ends.size());
        assertTrue(notes.ends.get(0).getMessage().contains("threw at sequence 2"));

        assertEquals(
                SegmentEnd.CLOSED,
                Journals.describe(dir).segments().get(0).atEnd().end());
        assertTrue(verify(dir).problems().isEmpty());
        writeRun(dir, 1, 5);
        assertEquals(6, read(dir, ReadOrder.SEQUENCE).size());
    }

    @Test
    void shouldTellNothingAfterAFailedForce() throws Exception {
        AtomicReference<String> fault = new AtomicReference<>();
        FaultyDisk disk = new FaultyDisk(operation -> {
            if (operation.kind() == Kind.FORCE && operation.isOf("cq4") && fault.get() != null) {
                throw new IOException(fault.get());
            }
        });
        Notes notes = new Notes();
        JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .durability(Durability.DISK)
                .disk(disk)
                .recentOutcomes(8)
                .onDurable(notes)
                .open();
        writer.begin();
        put(writer, 0, 0, "x");
        writer.onBatchEnd(0);
        await(writer, 0);
        fault.set("Input/output error");
        put(writer, 1, 0, "y");
        writer.onBatchEnd(1);
        assertThrows(JournalException.class, () -> writer.awaitDurable(1, Duration.ofSeconds(TIMEOUT_S)));
        JournalException e = failure(writer, 1);
        assertTrue(e.getMessage().contains("sequence 1 was not acknowledged"), e.getMessage());
        assertTrue(e.getMessage().contains("Input/output error"), e.getMessage());
        assertEquals(Outcome.PROCESSED, writer.whenDurable(0).get(TIMEOUT_S, TimeUnit.SECONDS));
        writer.onShutdown();
        writer.close();
        assertEquals(List.of(0L), notes.sequences);
        assertEquals(1, notes.ends.size());
        assertTrue(notes.ends.get(0).getMessage().contains("Input/output error"));
    }

    private static JournalException failure(JournalWriter<?> writer, long sequence) {
        Exception e = assertThrows(java.util.concurrent.ExecutionException.class, () -> writer.whenDurable(sequence)
                .get(TIMEOUT_S, TimeUnit.SECONDS));
        return (JournalException) e.getCause();
    }

    @Test
    void shouldHaveTheEngineWaitForASlowListenerAtLevelDisk() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicLong told = new AtomicLong();
        DurableResultListener slow = (sequence, subStream, outcome) -> {
            assertTrue(release.await(TIMEOUT_S, TimeUnit.SECONDS), "not released in " + TIMEOUT_S + " s");
            assertEquals(told.getAndIncrement(), sequence);
        };
        int frame = 1000;
        long records = 4L * WrittenResults.CAPACITY / frame * frame;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (JournalWriter<long[]> writer = JournalWriter.builder(dir, new LongCodec())
                .durability(Durability.DISK)
                .onDurable(slow)
                .open()) {
            writer.begin();
            Thread engine = new Thread(() -> {
                try {
                    putMany(writer, 0, records, frame);
                } catch (Throwable t) {
                    failure.set(t);
                }
            });
            engine.start();
            long mark = WrittenResults.CAPACITY - 2L * frame;
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (writer.lowWatermark() < mark && System.nanoTime() < deadlineNs) {
                Thread.onSpinWait();
            }
            assertTrue(writer.lowWatermark() >= mark, () -> "written up to " + writer.lowWatermark());
            assertTrue(engine.isAlive(), "the engine did not wait");
            assertTrue(
                    writer.lowWatermark() <= WrittenResults.CAPACITY + frame,
                    () -> "written up to " + writer.lowWatermark() + ", and no result was told");
            release.countDown();
            engine.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
            assertFalse(engine.isAlive(), "the engine did not go on within " + TIMEOUT_S + " s");
            assertNull(failure.get());
            await(writer, records - 1);
            writer.onShutdown();
        }
        assertEquals(records, told.get());
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotAllocatePerRecord(Durability durability) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int records = 100_000;
        AtomicLong told = new AtomicLong();
        AtomicLong telling = new AtomicLong();
        DurableResultListener listener = (sequence, subStream, outcome) -> {
            told.lazySet(told.get() + 1);
            telling.lazySet(Thread.currentThread().getId());
        };
        try (JournalWriter<long[]> writer = JournalWriter.builder(dir, new LongCodec())
                .durability(durability)
                .onDurable(listener)
                .open()) {
            writer.begin();
            putMany(writer, 0, 5L * records, 100);
            await(writer, 5L * records - 1);
            long[] ids = {Thread.currentThread().getId(), telling.get()};
            long[] before = threads.getThreadAllocatedBytes(ids);
            putMany(writer, 5L * records, records, 100);
            await(writer, 6L * records - 1);
            long[] after = threads.getThreadAllocatedBytes(ids);
            writer.onShutdown();
            for (int i = 0; i < ids.length; i++) {
                long allocated = after[i] - before[i];
                assertTrue(allocated < 16_384, () -> allocated + " bytes for " + records + " records");
            }
            assertEquals(durability == Durability.DISK, ids[0] != ids[1]);
        }
        assertEquals(6L * records, told.get());
    }

    private static void putMany(JournalWriter<long[]> writer, long first, long count, int batch) {
        long[] record = new long[1];
        for (long i = first; i < first + count; i++) {
            record[0] = i;
            writer.onResult(record, i, 0, Outcome.PROCESSED, null);
            if ((i + 1) % batch == 0) {
                writer.onBatchEnd(i);
            }
        }
    }

    private static final class LongCodec implements RecordCodec<long[]> {
        @Override
        public int encode(long[] record, MutableDirectBuffer buffer, int offset) {
            buffer.putLong(offset, record[0]);
            return Long.BYTES;
        }

        @Override
        public void decode(long[] record, DirectBuffer buffer, int offset, int length) {
            record[0] = buffer.getLong(offset);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCompleteFuturesOfAcknowledgedResults(Durability durability) throws Exception {
        writeRun(dir, 1, 0, 1);
        Notes notes = new Notes();
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .durability(durability)
                .recentOutcomes(2)
                .onDurable(notes)
                .open()) {
            writer.begin();
            var before = writer.whenDurable(5);
            assertFalse(before.isDone());
            before.cancel(false); // Is this caller's own.
            var again = writer.whenDurable(5);
            put(writer, 5, 0, "overtakes");
            for (long i = 2; i < 5; i++) {
                put(writer, i, 0, "x");
            }
            writer.onBatchEnd(5);
            writer.onResult(new Line(), 6, -1, Outcome.FAILED, new IllegalStateException("bad"));
            writer.onBatchEnd(6);
            assertEquals(Outcome.PROCESSED, again.get(TIMEOUT_S, TimeUnit.SECONDS));
            assertEquals(Outcome.FAILED, writer.whenDurable(6).get(TIMEOUT_S, TimeUnit.SECONDS));
            for (long i = 0; i < 6; i++) { // Those that are not at hand are read, those of the run before, too.
                assertEquals(Outcome.PROCESSED, writer.whenDurable(i).get(TIMEOUT_S, TimeUnit.SECONDS));
            }
            var never = writer.whenDurable(7);
            writer.onShutdown();
            writer.close();
            assertTrue(never.isCompletedExceptionally());
            assertTrue(failure(writer, 7).getMessage().contains("journal " + dir + " has ended"));
            assertEquals(Outcome.FAILED, writer.whenDurable(6).get(TIMEOUT_S, TimeUnit.SECONDS));
        }
        assertEquals(List.of(5L, 2L, 3L, 4L, 6L), notes.sequences);
    }

    @Test
    void shouldCompleteFuturesOfWhatOvertookAHoleInAnEarlierRun() throws Exception {
        writeKilledRun(dir, 1, 0, 2);
        try (JournalWriter<Line> writer = JournalWriter.builder(dir, CODEC)
                .unfinished(Unfinished.RESEND)
                .recentOutcomes(16)
                .open()) {
            assertEquals(Outcome.PROCESSED, writer.whenDurable(2).get(TIMEOUT_S, TimeUnit.SECONDS));
            assertFalse(writer.whenDurable(1).isDone());
        }
    }

    @Test
    void shouldSayWhatFuturesNeed() {
        try (JournalWriter<Line> writer = TestJournal.open(dir)) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> writer.whenDurable(0));
            assertTrue(e.getMessage().contains("recentOutcomes"), e.getMessage());
            assertThrows(IllegalArgumentException.class, () -> writer.whenDurable(-1));
        }
        for (int count : new int[] {-1, 3, 1 << 25}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> JournalWriter.builder(dir, CODEC)
                            .recentOutcomes(count)
                            .open());
            assertTrue(e.getMessage().endsWith(": " + count), e.getMessage());
        }
    }

    @Test
    void shouldNotTellWhatAnotherWriterTookOver() throws Exception {
        Notes notes = new Notes();
        JournalWriter<Line> first = open(Durability.PROCESS, notes);
        first.begin();
        put(first, 0, 0, text(0));
        first.onBatchEnd(0);
        Files.delete(dir.resolve(JournalLock.FILE_NAME));
        Process second = WriterProcess.start(dir);
        try (var lines = second.inputReader()) {
            assertTrue(Long.parseLong(lines.readLine()) >= 0);
            assertThrows(JournalException.class, () -> {
                for (long i = 1; i < 1000; i++) {
                    put(first, i, 0, "of the first one");
                    first.onBatchEnd(i);
                }
            });
        } finally {
            second.destroyForcibly();
            second.waitFor(TIMEOUT_S, TimeUnit.SECONDS);
        }
        first.onShutdown();
        first.close();
        assertEquals(LongStream.rangeClosed(0, first.durableSequence()).boxed().toList(), notes.sequences);
        assertEquals(1, notes.ends.size());
    }
}
