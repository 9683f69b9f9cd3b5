package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.PublisherInterruptedException;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an interrupt does to each call of a service's life: waits that may end do, with an exception and nothing done; all other
 * calls do what they are for, and leave the flag set. For the engine alone, see PublishingTest, AwaitMergedTest and DrainingTest.
 */
class InterruptTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final int TIMEOUT_S = 60;
    private static final Duration TIMEOUT = Duration.ofSeconds(TIMEOUT_S);

    @TempDir
    Path folder;

    @AfterEach
    void clear() {
        Thread.interrupted(); // A test that failed may have left it set.
    }

    private BraidBuilder<Tx> builder(Restarts.Probe probe) {
        return Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(Restarts.groups(probe))
                .partitioner(Restarts::subStreamOf)
                .durability(Durability.DISK)
                .input(Restarts.CODEC)
                .states(states -> states.snapshotEvery(50))
                .engine(engine ->
                        engine.onError(t -> {}).onWarning(warning -> {}).closeTimeout(TIMEOUT));
    }

    private static void publish(Braid<Tx> braid, long to) {
        for (long n = braid.nextSequence(); n < to; n++) {
            braid.ingress().publish((tx, sequence) -> tx.fill(sequence));
        }
    }

    /** Calls something with the flag set, and looks whether it is set afterwards. */
    private static <T> T interrupted(Callable<T> call) throws Exception {
        Thread.currentThread().interrupt();
        T result = call.call();
        assertTrue(Thread.interrupted(), "the interrupt was lost");
        return result;
    }

    /** A segment is half full after a run, and there is room for all records, so that no publisher waits. */
    @Test
    void shouldOpenPublishAndCloseOnAThreadThatIsInterrupted() throws Exception {
        for (int to = 100; to <= 300; to += 100) {
            Braid<Tx> braid = interrupted(() -> builder(NOTHING).start());
            int end = to;
            interrupted(() -> {
                publish(braid, end);
                return null;
            });
            assertTrue(braid.awaitDurable(to - 1, TIMEOUT), "not acknowledged");
            interrupted(() -> {
                braid.close();
                return null;
            });
        }

        Restarts.checkResults(folder.resolve("journal"), 300);
        assertFalse(SnapshotFile.newestFirst(folder.resolve("journal")).isEmpty(), "no snapshot");
    }

    @Test
    void shouldReadAndMendJournalsOnAThreadThatIsInterrupted() throws Exception {
        try (Braid<Tx> braid = builder(NOTHING).start()) {
            publish(braid, 200);
        }
        Path journal = folder.resolve("journal");

        assertEquals(200L, (long) interrupted(() -> Journals.describe(journal).results()));
        for (ReadOrder order : ReadOrder.values()) {
            assertEquals(200, (int) interrupted(() -> count(journal, order)));
        }
        assertTrue(interrupted(() -> Journals.verify(journal, ProgressListener.NONE))
                .problems()
                .isEmpty());
        interrupted(() ->
                Journals.recoveryPlan(journal, Journals.inputJournal(journal).orElseThrow(), ProgressListener.NONE));
        interrupted(() -> Journals.salvage(journal, folder.resolve("salvaged"), ProgressListener.NONE));
        interrupted(() -> Journals.backup(
                journal,
                Journals.inputJournal(journal).orElseThrow(),
                folder.resolve("backup"),
                ProgressListener.NONE));
        assertTrue(interrupted(() -> Journals.compare(
                        journal, folder.resolve("salvaged"), ReadOrder.SEQUENCE, ProgressListener.NONE))
                .difference()
                .isEmpty());
        assertEquals(200, count(folder.resolve("salvaged"), ReadOrder.SEQUENCE));
        assertEquals(200L, Journals.describe(folder.resolve("backup")).results());
    }

    private static int count(Path journal, ReadOrder order) {
        int[] results = {0};
        try (JournalReader reader = JournalReader.open(journal, order)) {
            while (reader.poll((sequence, subStream, outcome, timeNs, buffer, offset, length) -> results[0]++, 10)
                    > 0) {
                // Go on.
            }
        }
        return results[0];
    }

    /** It polls a journal that is being written, and has its flag set all the time. */
    @Test
    void shouldFollowAJournalOnAThreadThatIsInterrupted() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        List<Long> sequences = new ArrayList<>();
        try (Braid<Tx> braid = builder(NOTHING).start()) {
            Thread follower = new Thread(() -> {
                Thread.currentThread().interrupt();
                try (JournalReader reader = JournalReader.open(folder.resolve("journal"), ReadOrder.SEQUENCE)) {
                    long startNs = System.nanoTime();
                    while (sequences.size() < 200) {
                        assertTrue(
                                System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(TIMEOUT_S),
                                "found " + sequences.size() + " results of 200");
                        reader.poll(
                                (sequence, subStream, outcome, timeNs, buffer, offset, length) ->
                                        sequences.add(sequence),
                                10);
                    }
                    assertTrue(Thread.currentThread().isInterrupted(), "the interrupt was lost");
                } catch (Throwable t) {
                    thrown.set(t);
                }
            });
            follower.start();
            publish(braid, 200);
            join(follower);
        }
        assertNull(thrown.get());
    }

    private static void join(Thread thread) throws InterruptedException {
        thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        assertFalse(thread.isAlive(), () -> thread.getName() + " goes on after " + TIMEOUT_S + " s");
    }

    /** A thread that is interrupted once it waits, and what it threw. */
    private static Throwable interruptOnceItWaits(String name, Callable<?> call) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        call.call();
                    } catch (Throwable t) {
                        thrown.set(t);
                    }
                },
                name);
        thread.start();
        long startNs = System.nanoTime();
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.WAITING) {
            assertTrue(
                    System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(TIMEOUT_S),
                    () -> name + " does not wait, but is " + thread.getState() + ", and threw " + thrown.get());
            Thread.yield();
        }
        thread.interrupt();
        join(thread);
        return thrown.get();
    }

    @Test
    void shouldEndWaitsForTheStartAndForAcknowledgementsThatNeverCome() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Braid<Tx> braid = builder((moment, sequence) -> await(release)).open();
        assertInstanceOf(
                InterruptedException.class, interruptOnceItWaits("awaitStarted", () -> braid.awaitStarted(TIMEOUT)));
        braid.start();
        publish(braid, 10);
        assertInstanceOf(
                InterruptedException.class, interruptOnceItWaits("awaitDurable", () -> braid.awaitDurable(9, TIMEOUT)));
        assertInstanceOf(
                InterruptedException.class, interruptOnceItWaits("awaitDurable of the input", () -> braid.input()
                        .orElseThrow()
                        .awaitDurable(10, TIMEOUT)));
        release.countDown();
        assertTrue(braid.awaitDurable(9, TIMEOUT), "not acknowledged");
        braid.close();
        Restarts.checkResults(folder.resolve("journal"), 10);
    }

    private static void await(CountDownLatch release) throws IOException {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Handlers are stuck while it is closed and interrupted, again and again; what was accepted is done nevertheless. */
    @Test
    void shouldCloseInOrderThoughTheThreadThatClosesIsInterruptedAgainAndAgain() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Braid<Tx> braid = builder((moment, sequence) -> await(release)).start();
        publish(braid, 100);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread closer = new Thread(
                () -> {
                    try {
                        braid.close();
                        assertTrue(Thread.interrupted(), "the interrupt was lost");
                    } catch (Throwable t) {
                        thrown.set(t);
                    }
                },
                "closer");
        closer.start();
        for (int i = 0; i < 100; i++) {
            closer.interrupt();
            Thread.yield();
        }
        assertTrue(closer.isAlive());
        release.countDown();
        long startNs = System.nanoTime();
        while (closer.isAlive()) {
            closer.interrupt();
            assertTrue(
                    System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(TIMEOUT_S),
                    "not closed after " + TIMEOUT_S + " s");
            Thread.onSpinWait();
        }
        assertNull(thrown.get());
        Restarts.checkResults(folder.resolve("journal"), 100);
        assertFalse(SnapshotFile.newestFirst(folder.resolve("journal")).isEmpty(), "no last snapshot");
    }

    /** The thread that starts waits for room, because handlers are stuck; what was not fed is fed by the next start. */
    @Test
    void shouldEndTheWaitOfAStartThatFeedsAndFeedTheRestNextTime() throws Exception {
        accept(200);

        CountDownLatch release = new CountDownLatch(1);
        Braid<Tx> braid = builder((moment, sequence) -> await(release))
                .engine(engine ->
                        engine.ringSize(2).inFlight(6).onError(t -> {}).closeTimeout(TIMEOUT))
                .open();
        Throwable thrown = interruptOnceItWaits("start", braid::start);
        assertInstanceOf(PublisherInterruptedException.class, thrown);
        release.countDown();
        braid.close();

        try (Braid<Tx> again = builder(NOTHING).start()) {
            assertEquals(200, again.nextSequence());
        }
        Restarts.checkResults(folder.resolve("journal"), 200);
    }

    /** Accepts records into the input journal that get no result, because their handlers are stuck until they halt the engine. */
    private void accept(int records) throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        try (Braid<Tx> braid = builder((moment, sequence) -> {
                    await(release);
                    throw new IllegalStateException("expected in this test");
                })
                .engine(engine -> engine.threadingMode(ThreadingMode.DEDICATED) // Others tag meanwhile.
                        .onError(t -> {})
                        .closeTimeout(TIMEOUT))
                .start()) {
            publish(braid, records);
            assertTrue(braid.input().orElseThrow().awaitDurable(records - 1, TIMEOUT), "not accepted");
            release.countDown();
        } catch (EngineHaltedException e) {
            assertTrue(e.getCause().toString().contains("expected in this test"), e::toString);
        }
    }
}
