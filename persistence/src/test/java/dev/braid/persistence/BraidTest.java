package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.Outcome;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Tx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BraidTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private BraidBuilder<Tx> builder() {
        return Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(Restarts.groups(NOTHING))
                .partitioner(Restarts::subStreamOf)
                .results(results -> results.unfinished(Unfinished.RESEND))
                .engine(engine -> engine.onError(t -> {}).onWarning(warning -> {}));
    }

    private static void publish(Braid<Tx> braid, long to) {
        for (long n = braid.nextSequence(); n < to; n++) {
            braid.ingress().publish((tx, sequence) -> tx.fill(sequence));
        }
    }

    @Test
    void shouldGoOnWithTheStateOfHandlersWithoutBeingAskedFor() {
        for (int to = 100; to <= 300; to += 100) {
            try (Braid<Tx> braid = builder().start()) {
                assertEquals(to - 100, braid.nextSequence());
                assertEquals(to - 100, braid.stateReport().replayed());
                publish(braid, to);
            }
        }
        Restarts.checkResults(folder.resolve("journal"), 300);
    }

    @Test
    void shouldFeedWhatWasAcceptedAndHasNoResult() throws InterruptedException {
        BraidBuilder<Tx> builder = builder().durability(Durability.DISK).input(Restarts.CODEC);
        CountDownLatch stuck = new CountDownLatch(1);
        try (Braid<Tx> braid = builder()
                .input(Restarts.CODEC)
                .merge((tx, sequence, subStream, outcome, cause) -> {
                    if (sequence == 10) {
                        stuck.await();
                        throw new IllegalStateException("expected in this test");
                    }
                })
                // The merge alone is held up: where it is on the thread that tags, that may not get to the last
                // records.
                .engine(engine -> engine.round(1).threadingMode(ThreadingMode.DEDICATED))
                .start()) {
            publish(braid, 50);
            assertTrue(braid.input().orElseThrow().awaitDurable(49, TIMEOUT), "not accepted");
            stuck.countDown();
        } catch (EngineHaltedException e) {
            assertEquals("expected in this test", e.getCause().getMessage());
        }

        try (Braid<Tx> braid = builder.start()) {
            assertEquals(50, braid.nextSequence());
            publish(braid, 60);
            assertTrue(braid.awaitDurable(59, TIMEOUT), "not acknowledged");
        }
        Restarts.checkResults(folder.resolve("journal"), 60);
    }

    @Test
    void shouldNotGiveUpAnInputJournalThatItIsToUse() throws Exception {
        shouldFeedWhatWasAcceptedAndHasNoResult();
        BraidBuilder<Tx> contradictory =
                builder().input(Restarts.CODEC).results(JournalWriterBuilder::giveUpInputJournal);
        IllegalStateException refused = assertThrows(IllegalStateException.class, contradictory::open);
        assertTrue(
                refused.getMessage()
                        .contains(folder.resolve("journal").resolve("input").toString()),
                refused.getMessage());
        try (Braid<Tx> braid = builder().input(Restarts.CODEC).start()) {
            assertEquals(60, braid.nextSequence());
        }
        IoUtil.delete(folder.resolve("journal").resolve("input").toFile(), false);
        try (Braid<Tx> braid = contradictory.start()) {
            assertEquals(60, braid.nextSequence(), "goes on with a new input journal in place of the one that is gone");
            publish(braid, 70);
        }
        Restarts.checkResults(folder.resolve("journal"), 70);
    }

    @Test
    void shouldRefuseToStartWithoutTheInputJournalThatItHad() {
        try (Braid<Tx> braid = builder().input(Restarts.CODEC).start()) {
            publish(braid, 10);
        }
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> builder().start());
        assertTrue(e.getMessage().contains("has an input journal: open that"), e::getMessage);
        try (Braid<Tx> braid = builder().input(Restarts.CODEC).start()) {
            publish(braid, 20);
        }
        Restarts.checkResults(folder.resolve("journal"), 20);
    }

    @Test
    void shouldRefuseAnInputJournalInTheFolderOfTheResults() {
        Path journal = folder.resolve("journal");
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> builder().input(journal, Restarts.CODEC).start());
        assertEquals(
                "the input journal of " + journal + " must be in a folder of its own, not in " + journal,
                e.getMessage());
    }

    @Test
    void shouldDoWithoutHandlersThatKeepState() {
        for (int to = 10; to <= 20; to += 10) {
            try (Braid<Tx> braid = Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                    .groups(Restarts.plainGroups(NOTHING))
                    .partitioner(Restarts::subStreamOf)
                    .start()) {
                assertEquals(StateReport.NOTHING, braid.stateReport());
                publish(braid, to);
            }
        }
        assertEquals(20, Journals.describe(folder.resolve("journal")).results());
    }

    @Test
    void shouldLetEachPartBeSet() {
        try (Braid<Tx> braid = builder()
                .durability(Durability.DISK)
                .results(results -> results.durability(Durability.PROCESS))
                .input(folder.resolve("elsewhere"), Restarts.CODEC)
                .inputJournal(input -> input.maxFrameLength(2048))
                .states(states -> states.snapshotEvery(10))
                .engine(engine -> engine.ringSize(256))
                .start()) {
            assertEquals(
                    Durability.DISK,
                    Journals.describe(folder.resolve("elsewhere"))
                            .segments()
                            .get(0)
                            .writer()
                            .durability());
            publish(braid, 100);
            braid.setWeight("gold", 4);
            assertEquals(
                    Durability.PROCESS, braid.results().journal().settings().durability());
        }
        assertFalse(SnapshotFile.newestFirst(folder.resolve("journal")).isEmpty(), "no snapshot");
    }

    @Test
    void shouldCloseWhatWasOpenedWhereALaterPartCannotBe() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertThrows(
                JournalException.class,
                () -> builder().input(file, Restarts.CODEC).open());
        assertThrows(IllegalArgumentException.class, () -> builder()
                .input(Restarts.CODEC)
                .inputJournal(input -> input.segmentSize(1))
                .open());
        assertThrows(IllegalArgumentException.class, () -> builder()
                .input(Restarts.CODEC)
                .states(states -> states.snapshotEvery(0))
                .open());
        assertThrows(IllegalArgumentException.class, () -> builder()
                .input(Restarts.CODEC)
                .engine(engine -> engine.ringSize(100))
                .open());

        try (Braid<Tx> braid = builder().input(Restarts.CODEC).start()) { // No lock is left.
            publish(braid, 10);
        }
        Restarts.checkResults(folder.resolve("journal"), 10);
    }

    @Test
    void shouldCloseAllWhereTheStartFails() {
        builder().input(Restarts.CODEC).open().close();

        Braid<Tx> braid = builder().input(Restarts.CODEC).open();
        braid.start();
        assertThrows(IllegalStateException.class, braid::start); // Once is enough, and no harm is done.
        publish(braid, 10);
        braid.close();
        braid.close();

        Restarts.checkResults(folder.resolve("journal"), 10);
        builder().input(Restarts.CODEC).start().close();
    }

    @Test
    void shouldRefuseAnotherMergeHandlerInThePlaceOfTheJournal() {
        BraidBuilder<Tx> builder =
                builder().engine(engine -> engine.merge((tx, sequence, subStream, outcome, cause) -> {}));

        IllegalStateException e = assertThrows(IllegalStateException.class, builder::open);

        assertTrue(e.getMessage().contains("the results of the engine do not go to journal"), e.getMessage());
        builder().open().close();
    }

    @Test
    void shouldRefuseStatesOfHandlersThatHaveNone() {
        BraidBuilder<Tx> builder = Braid.builder(folder.resolve("journal"), Tx::new, Restarts.CODEC)
                .groups(Restarts.plainGroups(NOTHING))
                .partitioner(Restarts::subStreamOf)
                .states(states -> states.snapshotEvery(10));

        assertThrows(IllegalArgumentException.class, builder::open);
    }

    @Test
    void shouldThrowTheFirstFailureAndSuppressLaterOnes() {
        DurableResultListener failing = new DurableResultListener() {
            @Override
            public void onResult(long sequence, int subStream, Outcome outcome) {
                // Nothing.
            }

            @Override
            public void onEnd(Throwable cause) {
                throw new IllegalStateException("expected at the end of the journal");
            }
        };
        Braid<Tx> braid = builder()
                .results(results -> results.onDurable(failing))
                .merge((tx, sequence, subStream, outcome, cause) -> {
                    throw new IllegalStateException("expected in the engine");
                })
                .start();
        publish(braid, 1);

        EngineHaltedException e = assertThrows(EngineHaltedException.class, braid::close);

        assertEquals("expected in the engine", e.getCause().getMessage());
        assertEquals(1, e.getSuppressed().length);
        assertTrue(e.getSuppressed()[0].toString().contains("expected at the end of the journal"), e::toString);
        builder().results(results -> results.unfinished(Unfinished.LOSE)).open().close();
    }

    @Test
    void shouldLeaveAllOpenWhereTheEngineRefusesToBeClosed() throws Exception {
        Braid<Tx> braid = builder()
                .engine(engine -> engine.threadingMode(ThreadingMode.INVOKER))
                .start();
        FutureTask<Void> close = new FutureTask<>(braid::close, null);
        Thread other = new Thread(close);
        other.start();
        ExecutionException refused = assertThrows(ExecutionException.class, () -> close.get(60, TimeUnit.SECONDS));
        assertInstanceOf(IllegalStateException.class, refused.getCause());

        publish(braid, 20);
        braid.close();

        Restarts.checkResults(folder.resolve("journal"), 20);
    }

    @Test
    void shouldRunOnARunnerOfOnesOwn() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        for (int to = 50; to <= 100; to += 50) {
            Braid<Tx> braid = builder()
                    .input(Restarts.CODEC)
                    .engine(engine -> engine.threadingMode(ThreadingMode.INVOKER))
                    .open();
            try (AgentRunner runner = new AgentRunner(new BackoffIdleStrategy(), errors::add, null, braid.agent())) {
                AgentRunner.startOnThread(runner);
                assertTrue(braid.awaitStarted(TIMEOUT), "not started");
                publish(braid, to);
                assertTrue(braid.awaitDurable(to - 1, TIMEOUT), "not acknowledged");
            }
            braid.close(); // The agent has done it.
        }
        assertEquals(List.of(), errors);
        Restarts.checkResults(folder.resolve("journal"), 100);
    }
}
