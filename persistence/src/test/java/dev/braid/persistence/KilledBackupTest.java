package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.BraidEngine;
import dev.braid.engine.MergeOrder;
import dev.braid.engine.TestSeed;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is killed at any instant is the one before, or the new one, or says that it is incomplete. */
class KilledBackupTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final int ROUNDS = 8;
    private static final int MAX_MS = 400;
    private static final int TIMEOUT_S = 60;
    private static final int FORCED_TOGETHER = 20;

    @TempDir
    Path folder;

    @RegisterExtension
    private final TestSeed seed = new TestSeed();

    private Path target() {
        return folder.resolve("backup");
    }

    @Test
    void shouldBeTheOneBeforeOrTheNewOneOrIncomplete() throws Exception {
        Random random = seed.random();
        AtomicBoolean isEnded = new AtomicBoolean();
        CountDownLatch isBegun = new CountDownLatch(1);
        Thread writer = new Thread(() -> write(isEnded, isBegun));
        writer.start();
        assertTrue(isBegun.await(TIMEOUT_S, TimeUnit.SECONDS), "the journal was not begun");
        try {
            long before = -1;
            for (int round = 0; round < ROUNDS; round++) {
                long last = backUpAndKill(random);
                before = Math.max(before, last);
                String where = "round " + round;
                boolean isComplete = check(before, where);
                if (!isComplete && random.nextBoolean()) {
                    continue;
                }
                BackupReport report = Journals.backup(
                        folder.resolve("results"), folder.resolve("input"), target(), TestJournal.NO_PROGRESS);
                before = report.extent().nextSequence();
                assertTrue(check(before, where), where);
            }
        } finally {
            isEnded.set(true);
            writer.join();
        }
    }

    /** Returns how far the last backup goes that was complete, -1 for none. */
    private long backUpAndKill(Random random) throws Exception {
        Path out = folder.resolve("out");
        Files.deleteIfExists(out);
        Process process = BackupProcess.start(folder.resolve("results"), folder.resolve("input"), target(), out);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (Files.size(out) == 0) {
            assertTrue(System.nanoTime() < deadlineNs, "the process did not begin to make a backup in 60 s");
            assertFalse(process.waitFor(1, TimeUnit.MILLISECONDS), "the process ended by itself");
        }
        process.waitFor(random.nextInt(MAX_MS), TimeUnit.MILLISECONDS); // That is when it is killed.
        process.destroyForcibly().waitFor();
        return Files.readAllLines(out).stream()
                .skip(1)
                .mapToLong(Long::parseLong)
                .max()
                .orElse(-1);
    }

    /** Returns whether it is complete: then it is as it should be, and not behind what was complete before. */
    private boolean check(long before, String where) throws IOException {
        if (!Files.exists(target()) || JournalFolder.isEmpty(target())) {
            assertEquals(-1, before, where);
            return false;
        }
        try {
            VerifyReport report = Journals.verify(target(), TestJournal.NO_PROGRESS);
            assertTrue(report.isGood(), () -> where + ": " + report);
            assertTrue(
                    Journals.verify(target().resolve("input"), TestJournal.NO_PROGRESS)
                            .isGood(),
                    where);
            RecoveryPlan plan = Journals.recoveryPlan(target(), target().resolve("input"), TestJournal.NO_PROGRESS);
            assertFalse(plan.isRefused(), () -> where + ": " + plan);
            assertEquals(0, plan.lostByInput(), where);
            assertTrue(plan.journal().sequences().end() >= before, where);
            return true;
        } catch (JournalException e) {
            assertTrue(e.getMessage().contains("incomplete backup"), () -> where + ": " + e);
            return false;
        }
    }

    private void write(AtomicBoolean isEnded, CountDownLatch isBegun) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(folder.resolve("results"), Restarts.CODEC)
                        .groups(Restarts.groups(NOTHING))
                        .segmentSize(64 << 10)
                        .durability(Durability.DISK)
                        .open();
                InputJournal<Tx> input = InputJournal.open(
                        JournalWriter.builder(folder.resolve("input"), Restarts.CODEC)
                                .segmentSize(64 << 10),
                        journal);
                HandlerStates<Tx> states = HandlerStates.builder(journal, Restarts.groups(NOTHING), Tx::new)
                        .partitioner(Restarts::subStreamOf)
                        .snapshotEvery(1000)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 1, NOTHING)
                        .groups(states.groups())
                        .ingest(input)
                        .merge(journal)
                        .start()) {
            isBegun.countDown();
            for (long n = journal.nextSequence(); !isEnded.get(); n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
                if (n % FORCED_TOGETHER == 0) { // The disk sets the pace: a backup keeps up.
                    assertTrue(
                            journal.awaitDurable(n, Duration.ofSeconds(TIMEOUT_S)), "sequence " + n + " is not safe");
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldSayThatItIsIncompleteWhileItIsPutInItsPlace() throws IOException {
        TestJournal.writeRun(folder.resolve("results"), 3, 0, 3);
        Journals.backup(folder.resolve("results"), null, target(), TestJournal.NO_PROGRESS);
        // As if it had been killed there.
        Files.createDirectory(target().resolve("backup.commit"));

        for (Runnable opening : new Runnable[] {
            () -> Journals.verify(target(), TestJournal.NO_PROGRESS),
            () -> Journals.describe(target()),
            () -> Journals.recoveryPlan(target(), null, TestJournal.NO_PROGRESS),
            () -> JournalReader.open(target(), ReadOrder.SEQUENCE),
            () -> JournalWriter.builder(target(), TestJournal.CODEC).open(),
            () -> JournalRetention.of(target()).apply()
        }) {
            JournalException e = assertThrows(JournalException.class, opening::run);
            assertTrue(e.getMessage().contains("is an incomplete backup: run journal backup again"), e::getMessage);
        }

        Journals.finishBackup(target());
        assertTrue(Journals.verify(target(), TestJournal.NO_PROGRESS).isGood());
    }
}
