package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is called by an engine or a journal, and closes it, is refused at once, and whoever else closes it does not wait for that. */
class BraidCloseTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final AtomicReference<Braid<Tx>> braid = new AtomicReference<>();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final CountDownLatch tried = new CountDownLatch(1);

    /** The thread that closes in good order, which whoever is called waits for to have begun. */
    private volatile Thread closer;

    private BraidBuilder<Tx> builder() {
        return builder(NOTHING);
    }

    private BraidBuilder<Tx> builder(Restarts.Probe probe) {
        return Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(Restarts.groups(probe))
                .partitioner(Restarts::subStreamOf)
                .engine(engine -> engine.closeTimeout(TIMEOUT));
    }

    /** Of the last of ten records. */
    private void tryToClose(long sequence) {
        if (sequence != 9 || tried.getCount() == 0) {
            return;
        }
        awaitCloser();
        try {
            braid.get().close();
        } catch (Throwable t) {
            thrown.set(t);
        }
        tried.countDown();
    }

    private void awaitCloser() {
        long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        while (closer == null || closer.getState() == Thread.State.RUNNABLE) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "nobody closes after 60 s");
            Thread.onSpinWait();
        }
    }

    private void checkRefused(BraidBuilder<Tx> builder, String why) throws InterruptedException {
        long startNs = System.nanoTime();
        braid.set(builder.start());
        for (int i = 0; i < 10; i++) {
            braid.get().ingress().publish((tx, sequence) -> tx.fill(sequence));
        }
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                braid.get().close();
                closed.complete(null);
            } catch (Throwable t) {
                closed.completeExceptionally(t);
            }
        });
        thread.start();
        closer = thread;

        assertTrue(tried.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS), "the callback did not come back");
        closed.join();
        assertInstanceOf(IllegalStateException.class, thrown.get());
        assertTrue(thrown.get().getMessage().contains(why), () -> thrown.get().getMessage());
        assertTrue(System.nanoTime() - startNs < TIMEOUT.toNanos(), "it waited until its time was up");
        Restarts.checkResults(folder.resolve("journal"), 10);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INVOKER")
    void shouldRefuseAHandler(ThreadingMode threading) throws InterruptedException {
        checkRefused(
                builder((moment, sequence) -> {
                            if (moment == Restarts.Moment.HANDLED) {
                                tryToClose(sequence);
                            }
                        })
                        .engine(engine -> engine.threadingMode(threading)),
                "a handler must not close()");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INVOKER")
    void shouldRefuseAMergeHandler(ThreadingMode threading) throws InterruptedException {
        checkRefused(
                builder()
                        .merge((tx, sequence, subStream, outcome, cause) -> tryToClose(sequence))
                        .engine(engine -> engine.threadingMode(threading)),
                "a handler must not close()");
    }

    @ParameterizedTest
    @CsvSource({"PROCESS, a handler must not close()", "DISK, must not be closed by its own thread braid-journal-sync"})
    void shouldRefuseAListenerOfResults(Durability durability, String why) throws InterruptedException {
        DurableResultListener listener = (sequence, subStream, outcome) -> tryToClose(sequence);

        checkRefused(builder().results(results -> results.durability(durability).onDurable(listener)), why);
    }

    @Test
    void shouldRefuseAListenerOfTheInputJournal() throws InterruptedException {
        DurabilityListener listener = this::tryToClose;

        checkRefused(
                builder().input(Restarts.CODEC).inputJournal(input -> input.durability(Durability.DISK)
                        .onDurable(listener)),
                "must not be closed by its own thread braid-journal-sync");
    }

    @Test
    void shouldRefuseWhatDependsOnAFuture() throws InterruptedException {
        BraidBuilder<Tx> builder = builder()
                .results(results -> results.durability(Durability.DISK).recentOutcomes(16))
                .merge((tx, sequence, subStream, outcome, cause) -> {
                    if (sequence == 0) {
                        awaitCloser();
                        CompletableFuture<Outcome> last = braid.get().results().whenDurable(9);
                        last.thenAccept(any -> tryToClose(9));
                    }
                });

        checkRefused(builder, "must not be closed by its own thread braid-journal-sync");
    }

    @Test
    void shouldRefuseItsOwnThreadsForEachPart() throws InterruptedException {
        AtomicReference<JournalWriter<Tx>> journal = new AtomicReference<>();
        CountDownLatch called = new CountDownLatch(1);
        DurabilityListener listener = sequence -> {
            try {
                journal.get().close();
            } catch (Throwable t) {
                thrown.set(t);
            }
            called.countDown();
        };
        journal.set(JournalWriter.builder(folder.resolve("journal"), Restarts.CODEC)
                .durability(Durability.DISK)
                .onDurable(listener)
                .open());
        journal.get().onStart();
        journal.get().onResult(new Tx(), 0, 0, Outcome.PROCESSED, null);
        journal.get().onBatchEnd(0);
        journal.get().onShutdown();
        assertTrue(called.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS), "not acknowledged");
        assertInstanceOf(IllegalStateException.class, thrown.get());
        journal.get().close();
        assertEquals(1, Journals.describe(folder.resolve("journal")).results());
    }
}
