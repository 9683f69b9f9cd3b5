package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.persistence.TestJournal.Line;
import dev.braid.persistence.Victim.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.EpochNanoClock;

/** Writers, clocks and threads. */
final class OtherFaults {
    private static final int MORE = 50;
    private static final int RESULTS = 3_000;
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    private OtherFaults() {}

    static void secondWriter(Path dir, Random random) throws Exception {
        Ledger ledger = new Ledger();
        try (JournalWriter<Line> writer = TestJournal.open(dir)) {
            writer.begin();
            Ledger.write(writer, 0, MORE, 5);
            ledger.acknowledge(MORE - 1);
            assertThrows(JournalLockedException.class, () -> TestJournal.open(dir));
            try (Victim second = new Victim(
                    List.of(),
                    new Victim.Task(dir, Durability.PROCESS, KillFaults.SEGMENT_SIZE, 0, Place.NOWHERE, 0))) {
                Ledger ofSecond = new Ledger();
                second.kill(ofSecond, Integer.MAX_VALUE);
                assertEquals(-1, ofSecond.acknowledged(), "there were two writers");
                assertEquals(Victim.LOCKED, second.status(), "it was not refused");
            }
            Ledger.write(writer, MORE, 2 * MORE, 5);
            ledger.acknowledge(2 * MORE - 1);
            writer.onShutdown();
        }
        byte[] stale = new byte[random.nextInt(100)];
        random.nextBytes(stale);
        Files.write(dir.resolve(JournalLock.FILE_NAME), stale);
        ledger.goOn(dir, MORE);
    }

    static void clockAndThreads(Path dir, Random random) throws Exception {
        underJumpingClock(dir, random);
        acrossRetention(dir.resolveSibling(dir.getFileName() + "-kept-short"), random);
    }

    /** The clock jumps a day back and forward, the writing thread is interrupted all the time, and a reader follows. */
    private static void underJumpingClock(Path dir, Random random) throws Exception {
        Ledger ledger = new Ledger();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        JournalWriter<Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                .durability(random.nextBoolean() ? Durability.PROCESS : Durability.DISK)
                .segmentSize(KillFaults.SEGMENT_SIZE)
                .clock(new JumpingClock(random.nextLong()))
                .onDurable(ledger::acknowledge)
                .open();
        JournalReader reader = reader(dir);
        Thread follower = start("follower", failure, () -> follow(reader, () -> {}));
        Thread writing = Thread.currentThread();
        Thread interrupter = start("interrupter", failure, () -> {
            while (!ended.get()) {
                writing.interrupt();
                Thread.onSpinWait();
            }
        });
        try (writer) {
            writer.begin();
            for (long next = 0; next < RESULTS; next += 10) {
                Ledger.write(writer, next, next + 10, 10);
            }
            writer.onShutdown();
        } finally {
            ended.set(true);
            while (interrupter.isAlive()) {
                Thread.onSpinWait(); // To join it, this thread must not be interrupted.
            }
            assertTrue(Thread.interrupted(), "the interrupt was lost");
        }
        follower.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
        assertTrue(!follower.isAlive(), "the reader did not get all");
        assertEquals(null, failure.get());
        assertEquals(RESULTS - 1, ledger.acknowledged());
        ledger.check(dir);
        ledger.goOn(dir, MORE);
    }

    /** A reader follows, and whatever is behind it is given up at once: it gets all the same. */
    private static void acrossRetention(Path dir, Random random) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Ledger ledger = new Ledger();
        JournalWriter<Line> writer = JournalWriter.builder(dir, TestJournal.CODEC)
                .segmentSize(KillFaults.SEGMENT_SIZE)
                .onDurable(ledger::acknowledge)
                .open();
        JournalRetention retention = JournalRetention.of(dir).below(Long.MAX_VALUE);
        int batch = 1 + random.nextInt(50);
        try (writer) {
            JournalReader reader = reader(dir);
            Thread follower = start("follower", failure, () -> follow(reader, retention::apply));
            writer.begin();
            Ledger.write(writer, 0, RESULTS, batch);
            writer.onShutdown();
            follower.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
            assertTrue(!follower.isAlive(), "the reader did not get all");
        }
        assertEquals(null, failure.get());
        assertEquals(RESULTS - 1, ledger.acknowledged());
        assertTrue(Journals.describe(dir).sequences().first() > 0, "nothing was given up");
        assertTrue(Journals.verify(dir, TestJournal.NO_PROGRESS).isGood());
    }

    private static JournalReader reader(Path dir) {
        return JournalReader.builder(dir).order(ReadOrder.SEQUENCE).follow().open();
    }

    private static Thread start(String name, AtomicReference<Throwable> failure, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        return thread;
    }

    private static void follow(JournalReader reader, Runnable afterEachPoll) {
        long[] next = {0};
        long startNs = System.nanoTime();
        try (reader) {
            while (next[0] < RESULTS && System.nanoTime() - startNs < DEADLINE_NS) {
                reader.poll(
                        (sequence, subStream, outcome, time, buffer, offset, length) -> {
                            assertEquals(next[0]++, sequence);
                            assertEquals(Ledger.text(sequence), buffer.getStringWithoutLengthAscii(offset, length));
                        },
                        100);
                afterEachPoll.run();
            }
        }
        assertEquals(RESULTS, next[0]);
    }

    private static final class JumpingClock implements EpochNanoClock {
        private final Random random;
        private long nowNs = 400 * DAY_NS;

        JumpingClock(long seed) {
            this.random = new Random(seed);
        }

        @Override
        public synchronized long nanoTime() {
            nowNs += random.nextInt(20) == 0 ? (random.nextInt(3) - 1) * DAY_NS : random.nextInt(1000);
            return nowNs;
        }
    }
}
