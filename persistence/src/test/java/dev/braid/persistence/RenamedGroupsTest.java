package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.ThreadingMode;
import dev.braid.persistence.Restarts.Folds;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Groups are renamed in their places, and moved later, or their names are used again: state and records that were accepted follow
 * them from run to run. Of two groups, one has records of key 0 and the other one those of key 1.
 */
class RenamedGroupsTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int NEVER = 0;
    private static final int AT_CLOSE = 1_000_000;

    @TempDir
    Path folder;

    private final Map<String, Folds> states = new HashMap<>();

    private Path journal() {
        return folder.resolve("journal");
    }

    private HandlerGroup<Tx> group(String name, int subStreams) {
        return HandlerGroup.named(name)
                .weight(1)
                .<Tx>subStreams(subStreams, number -> {
                    Folds folds = new Folds(NOTHING);
                    states.put(name, folds);
                    return folds;
                })
                .ownIngress()
                .partitioner(tx -> 0);
    }

    private static HandlerGroup<Tx> stateless(HandlerGroup<Tx> group) {
        return group.handlers(number -> {
            EventHandler<? super Tx> handler = group.handlers().apply(number);
            return handler::onEvent;
        });
    }

    private List<HandlerGroup<Tx>> groups(String... names) {
        List<HandlerGroup<Tx>> groups = new ArrayList<>();
        for (String name : names) {
            groups.add(group(name, 1));
        }
        return groups;
    }

    private BraidBuilder<Tx> builder(int every, List<HandlerGroup<Tx>> groups) {
        BraidBuilder<Tx> builder =
                Braid.builder(journal(), Tx::new, Restarts.CODEC).groups(groups);
        return every == NEVER ? builder : builder.states(settings -> settings.snapshotEvery(every));
    }

    private Braid<Tx> start(int every, String... names) {
        states.clear();
        return builder(every, groups(names)).start();
    }

    private static void publish(Braid<Tx> braid, String group, int key, int count) {
        for (int i = 0; i < count; i++) {
            braid.ingress(group).publish((tx, sequence) -> {
                tx.key = key;
                tx.value = sequence;
            });
        }
    }

    private void checkState(String name, long ofKey0, long ofKey1) {
        checkState("of group " + name, states.get(name), ofKey0, ofKey1);
    }

    private static void checkState(String what, Folds state, long ofKey0, long ofKey1) {
        assertEquals(List.of(ofKey0, ofKey1), List.of(state.counts[0], state.counts[1]), what);
    }

    /** Checks the state of the two groups that --state-at rebuilds, in the order of the run before. */
    private void checkRebuilt(Path dir, long key0OfFirst, long key1OfFirst, long key0OfOther, long key1OfOther) {
        Map<Integer, Folds> rebuilt = new HashMap<>();
        new StateRebuild<>(dir, Restarts.CODEC, Tx::new, id -> rebuilt.computeIfAbsent(id, any -> new Folds(NOTHING)))
                .run();
        checkState("of sub-stream 0", rebuilt.getOrDefault(0, new Folds(NOTHING)), key0OfFirst, key1OfFirst);
        checkState("of sub-stream 1", rebuilt.getOrDefault(1, new Folds(NOTHING)), key0OfOther, key1OfOther);
    }

    private void runFirst(int every) {
        try (Braid<Tx> braid = start(every, "A", "B")) {
            publish(braid, "A", 0, 20);
            publish(braid, "B", 1, 10);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "7,0", "7,1", "7,9", "1000000,0", "1000000,1"})
    void shouldFollowGroupsThatAreRenamedAndThenMovedThroughTheRunInBetween(int every, int inBetween) {
        runFirst(every);
        try (Braid<Tx> braid = start(NEVER, "C", "D")) {
            publish(braid, "C", 0, inBetween);
            publish(braid, "D", 1, inBetween);
        }
        StateReport plan = Journals.recoveryPlan(journal(), null, ProgressListener.NONE)
                .state()
                .orElseThrow();
        checkRebuilt(journal(), 20 + inBetween, 0, 0, 10 + inBetween);

        try (Braid<Tx> braid = start(NEVER, "D", "C")) {
            checkState("C", 20 + inBetween, 0);
            checkState("D", 0, 10 + inBetween);
            assertEquals(plan.snapshot(), braid.stateReport().snapshot());
            assertEquals(plan.replayed(), braid.stateReport().replayed());
            publish(braid, "C", 0, 1);
            publish(braid, "D", 1, 1);
        }

        checkRebuilt(journal(), 0, 11 + inBetween, 21 + inBetween, 0);
        Path salvaged = folder.resolve("salvaged");
        Journals.salvage(journal(), salvaged, ProgressListener.NONE);
        checkRebuilt(salvaged, 0, 11 + inBetween, 21 + inBetween, 0);
        assertTrue(Journals.verify(journal(), ProgressListener.NONE).isGood());
    }

    @ParameterizedTest
    @ValueSource(ints = {NEVER, 7, AT_CLOSE})
    void shouldNotGiveTheStateOfARenamedGroupToANewOneOfItsFormerName(int every) {
        try (Braid<Tx> braid = start(every, "A")) {
            publish(braid, "A", 0, 20);
        }
        start(NEVER, "B").close();

        try (Braid<Tx> braid = start(every, "B", "A")) {
            checkState("B", 20, 0);
            checkState("A", 0, 0);
            publish(braid, "B", 0, 5);
            publish(braid, "A", 1, 10);
        }
        checkRebuilt(journal(), 25, 0, 0, 10);
        try (Braid<Tx> braid = start(every, "A", "B")) {
            checkState("B", 25, 0);
            checkState("A", 0, 10);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NEVER, 7, AT_CLOSE})
    void shouldRefuseByNameWhatLostItsPlaceAfterItWasRenamed(int every) {
        runFirst(every);
        start(NEVER, "C", "D").close();

        String message = assertThrows(PartitioningMismatchException.class, () -> start(NEVER, "D", "A"))
                .getMessage();

        assertTrue(message.contains("'A'") && message.contains("'C'"), message);
        try (Braid<Tx> braid = start(NEVER, "D", "C")) { // One that was refused was no run.
            checkState("C", 20, 0);
            checkState("D", 0, 10);
        }
    }

    /** Accepts records of both groups, and dies when 8 have a result. */
    private void acceptAndDie(String first, String other) throws InterruptedException {
        CountDownLatch isAccepted = new CountDownLatch(1);
        Braid<Tx> braid = builder(NEVER, groups(first, other))
                .partitioner(tx -> 1)
                .input(Restarts.CODEC)
                .merge((tx, sequence, subStream, outcome, cause) -> {
                    if (sequence == 8) {
                        isAccepted.await();
                        throw new IllegalStateException("expected in this test");
                    }
                })
                .engine(engine -> engine.onError(t -> {}).threadingMode(ThreadingMode.DEDICATED))
                .start();
        publish(braid, first, 0, 20);
        publish(braid, other, 1, 10);
        assertTrue(braid.input().orElseThrow().awaitDurable(29, TIMEOUT), "not accepted");
        isAccepted.countDown();
        assertThrows(EngineHaltedException.class, braid::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFeedRecordsOfARenamedGroupToTheGroupThatHasItsState(boolean isShared) throws InterruptedException {
        acceptAndDie("A", "B");
        RecoveryPlan plan = Journals.recoveryPlan(journal(), null, ProgressListener.NONE);
        states.clear();
        BraidBuilder<Tx> builder = builder(NEVER, groups("C", "B")).input(Restarts.CODEC);

        try (Braid<Tx> braid = (isShared ? builder.partitioner(tx -> 1) : builder).start()) {
            assertEquals(plan.republished(), braid.input().orElseThrow().toFeed());
            assertTrue(plan.republished() >= 12, plan::toString);
            assertTrue(braid.awaitDurable(29, TIMEOUT), "not handled");
        }

        checkState("C", 20, 0);
        checkState("B", 0, 10);
    }

    @Test
    void shouldRefuseByNameTheGroupOfAnAcceptedRecordThatHasNoPlaceAnyMore() throws InterruptedException {
        acceptAndDie("A", "B");
        List<HandlerGroup<Tx>> other = List.of(stateless(group("B", 1)), stateless(group("E", 2)));
        JournalDescription before = Journals.describe(journal().resolve("input"));

        String message = assertThrows(PartitioningMismatchException.class, () -> builder(NEVER, other)
                        .partitioner(tx -> 1)
                        .input(Restarts.CODEC)
                        .start())
                .getMessage();

        assertTrue(message.contains("'A'"), message);
        assertEquals(before, Journals.describe(journal().resolve("input")));
        states.clear();
        try (Braid<Tx> braid = builder(NEVER, groups("B", "A"))
                .partitioner(tx -> 1)
                .input(Restarts.CODEC)
                .start()) {
            assertTrue(braid.awaitDurable(29, TIMEOUT), "not handled");
        }
        checkState("A", 20, 0);
        checkState("B", 0, 10);
    }
}
