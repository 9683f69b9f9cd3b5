package dev.braid.persistence;

import static dev.braid.persistence.TestJournal.CODEC;
import static dev.braid.persistence.TestJournal.put;
import static dev.braid.persistence.TestJournal.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.EngineState;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.TestSeed;
import dev.braid.engine.ThreadRole;
import dev.braid.engine.ThreadingMode;
import dev.braid.engine.WakeableIdleStrategy;
import dev.braid.persistence.TestJournal.Line;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.CachedNanoClock;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threads of a journal sleep until they are woken; here at once, without spinning before. */
class SleepingJournalTest {
    private static final int TIMEOUT_S = 60;
    private static final int RECORDS = 200;
    private static final String LONG_TEXT = "x".repeat(2_000);

    @TempDir
    Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private static IdleStrategy sleepAtOnce(ThreadRole role) {
        return new WakeableIdleStrategy(0, 0);
    }

    /** Of which some 30 fill a segment: so segments are begun, sealed and given up meanwhile. */
    private JournalWriterBuilder<Line> journal(String name, Durability durability) {
        return JournalWriter.builder(folder.resolve(name), CODEC)
                .durability(durability)
                .idleStrategy(SleepingJournalTest::sleepAtOnce)
                .segmentSize(64 << 10)
                .unfinished(Unfinished.RESEND);
    }

    @ParameterizedTest
    @CsvSource({"DISK, DISK, 0", "DISK, PROCESS, 0", "PROCESS, DISK, 2", "DISK, DISK, 2"})
    void shouldAcknowledgeEveryRecordOfAPublisherThatWaitsForEach(Durability ofResults, Durability ofInput, int workers)
            throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed.value());
        try (JournalWriter<Line> results = journal("results", ofResults).open();
                InputJournal<Line> input = InputJournal.open(journal("input", ofInput), results);
                BraidEngine<Line> engine = engine(workers, results, input)) {
            for (int i = 0; i < RECORDS; i++) {
                engine.ingress().publish((line, sequence) -> line.text = LONG_TEXT);
                assertTrue(
                        results.awaitDurable(i, Duration.ofSeconds(TIMEOUT_S)),
                        "sequence " + i + " is not acknowledged after " + TIMEOUT_S + " s");
                for (int spins = random.nextInt(20_000); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static BraidEngine<Line> engine(int workers, JournalWriter<Line> results, InputJournal<Line> input) {
        var builder = BraidEngine.<Line>builder(Line::new)
                .idleStrategy(SleepingJournalTest::sleepAtOnce)
                .ringSize(2)
                .inFlight(2)
                .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (line, sequence, end) -> {}))
                .ingest(input)
                .merge(results)
                .resumeAt(results.resumePoint());
        return workers == 0
                ? builder.start()
                : builder.threadingMode(ThreadingMode.DEDICATED)
                        .workers(workers)
                        .start();
    }

    @Test
    void shouldHaltAnIdleEngine() {
        try (JournalWriter<Line> results = journal("results", Durability.DISK).open()) {
            BraidEngine<Line> engine = BraidEngine.<Line>builder(Line::new)
                    .onError(t -> {})
                    .group(HandlerGroup.named("all").weight(1).subStreams(1, id -> (line, sequence, end) -> {}))
                    .merge(results)
                    .start();
            results.journal().log().health().fail(new IOException("expected in this test"));
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
            while (engine.stats().state() != EngineState.HALTED) {
                assertTrue(System.nanoTime() < deadlineNs, "it goes on after " + TIMEOUT_S + " s");
                Thread.onSpinWait();
            }
            assertThrows(EngineHaltedException.class, engine::close);
        }
    }

    /** Nobody looks after the lock file of a journal that is idle; but nothing is acknowledged without a look. */
    @Test
    void shouldAcknowledgeNothingWhenItsLockFileWentWhileItWasIdle() throws IOException {
        CachedNanoClock clock = new CachedNanoClock();
        JournalWriter<Line> writer =
                JournalWriter.builder(folder, CODEC).fenceClock(clock).open();
        writer.begin();
        put(writer, 0, 0, text(0));
        writer.onBatchEnd(0);
        clock.advance(WriterFence.MAX_AGE_NS + 1); // Idle for so long.
        Files.delete(folder.resolve(JournalLock.FILE_NAME));
        JournalException e = assertThrows(JournalException.class, () -> {
            put(writer, 1, 0, text(1));
            writer.onBatchEnd(1);
        });
        assertTrue(e.getMessage().contains("was deleted"), e.getMessage());
        assertEquals(0, writer.durableSequence());
        writer.onShutdown();
        writer.close();
    }

    @Test
    void shouldHaveDaemonsThatTellWhatTheyAreFor() {
        Map<String, ThreadRole> roles = new ConcurrentSkipListMap<>();
        try (JournalWriter<Line> results =
                        journal("results", Durability.DISK).engineName("desk").open();
                InputJournal<Line> input = InputJournal.open(
                        journal("input", Durability.DISK).engineName("desk").threadFactory((role, task) -> {
                            roles.put(role.threadName(), role);
                            return new Thread(task, "mine");
                        }),
                        results)) {
            assertEquals(
                    List.of("desk-input-retention", "desk-journal-prepare", "desk-journal-sync"),
                    List.copyOf(roles.keySet()));
            assertEquals(JournalDuty.SYNC, roles.get("desk-journal-sync").duty());
            assertEquals(0, input.toFeed());
            assertEquals(2, threads("desk-journal-").filter(Thread::isDaemon).count());
        }
        assertEquals(0, threads("desk-journal-").count(), "they end when the journal is closed");
    }

    private static Stream<Thread> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix));
    }

    @Test
    void shouldRefuseABlankEngineName() {
        JournalWriterBuilder<Line> builder = journal("results", Durability.DISK).engineName(" ");
        assertThrows(IllegalArgumentException.class, builder::open);
    }
}
