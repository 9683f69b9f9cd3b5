package dev.braid.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineHaltedException;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.MergeOrder;
import dev.braid.persistence.Restarts.Folds;
import dev.braid.persistence.Restarts.Tx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateWiringTest {
    private static final Restarts.Probe NOTHING = (moment, sequence) -> {};

    @TempDir
    Path dir;

    private final List<HandlerGroup<Tx>> groups = Restarts.groups(NOTHING);
    private final List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());

    private interface Wiring {
        List<HandlerGroup<Tx>> groups(HandlerStates<Tx> states);
    }

    /** Publishes so many records to an engine with these handlers, and closes all. */
    private void run(int workers, int records, Wiring wiring) {
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(groups)
                        .unfinished(Unfinished.RESEND)
                        .open();
                HandlerStates<Tx> states = HandlerStates.builder(journal, groups, Tx::new)
                        .snapshotEvery(10)
                        .onError(errors::add)
                        .open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, workers, NOTHING)
                        .groups(wiring.groups(states))
                        .partitioner(Restarts::subStreamOf)
                        .onError(t -> {})
                        .merge(journal)
                        .start()) {
            for (long n = journal.nextSequence(); n < records; n++) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        }
    }

    private static String causes(Throwable t) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = t; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldRefuseAnEngineWithHandlersWhoseStateIsNotKept(int workers) {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> run(workers, 100, states -> groups));

        assertTrue(causes(e).contains("sub-stream 0, " + Folds.class.getName()), causes(e));
        assertTrue(causes(e).contains("must be given states.groups()"), causes(e));
        assertEquals(List.of(), SnapshotFile.newestFirst(dir));
        assertEquals(0, Journals.describe(dir).results(), "nothing was taken");
        run(workers, 100, HandlerStates::groups);
        Restarts.checkResults(dir, 100);
        assertArrayEquals(Restarts.expectedStateAt(99), Restarts.stateAt(dir, 99));
    }

    @Test
    void shouldRefuseAnEngineWithOneGroupWhoseStateIsNotKept() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> run(
                        0,
                        100,
                        states -> List.of(
                                states.groups().get(0),
                                groups.get(1),
                                states.groups().get(2))));

        assertTrue(e.getMessage().contains("group 'bronze'"), e.getMessage());
        assertTrue(e.getMessage().contains("reached at sub-stream 1"), e.getMessage());
        assertEquals(List.of(), SnapshotFile.newestFirst(dir));
    }

    @Test
    void shouldRefuseGroupsInAnotherOrderWhenTheEngineIsBuilt() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> run(
                        0,
                        100,
                        states -> List.of(
                                states.groups().get(2),
                                states.groups().get(1),
                                states.groups().get(0))));

        assertTrue(
                e.getMessage()
                        .contains(
                                "group 'bronze', whose states are of sub-streams 3 to 5, was reached at sub-stream 0"),
                e.getMessage());
    }

    @Test
    void shouldRefuseAGroupThatTheStatesDoNotKnow() {
        List<HandlerGroup<Tx>> more = new ArrayList<>();
        IllegalStateException e = assertThrows(
                IllegalStateException.class,
                () -> run(0, 100, states -> {
                    more.addAll(states.groups());
                    more.add(HandlerGroup.named("extra").weight(1).subStreams(1, id ->
                            (tx, sequence, endOfBatch) -> {}));
                    return more;
                }));

        assertTrue(causes(e).contains("the same groups in the same order"), causes(e));
    }

    @Test
    void shouldRefuseAnEngineThatDoesNotTakeAllHandlers() {
        EngineHaltedException e = assertThrows(
                EngineHaltedException.class,
                () -> run(0, 100, states -> states.groups().stream()
                        .map(group -> group.name().equals("bronze") ? swallowing(group) : group)
                        .toList()));

        assertTrue(causes(e).contains("no engine was built with it"), causes(e));
    }

    /** A group that does not let its own handlers be made. */
    private static HandlerGroup<Tx> swallowing(HandlerGroup<Tx> group) {
        return group.handlers(id -> (tx, sequence, endOfBatch) -> {});
    }

    @Test
    void shouldRefuseResultsOfASubStreamThatTheStatesDoNotKnow() {
        EngineHaltedException e = assertThrows(EngineHaltedException.class, () -> {
            try (JournalWriter<Tx> journal =
                            JournalWriter.builder(dir, Restarts.CODEC).open();
                    HandlerStates<Tx> states =
                            HandlerStates.builder(journal, groups, Tx::new).open();
                    BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(states.groups())
                            .group(HandlerGroup.named("extra").weight(1).subStreams(1, id ->
                                    (tx, sequence, endOfBatch) -> {}))
                            .partitioner(tx -> 6)
                            .onError(t -> {})
                            .merge(journal)
                            .start()) {
                engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
            }
        });

        assertTrue(causes(e).contains("sequence 0 is of sub-stream 6"), causes(e));
        assertEquals(0, Journals.describe(dir).results());
    }

    @Test
    void shouldRefuseResultsOfAnEngineThatDidNotStartTheHandlers() {
        EngineHaltedException e = assertThrows(
                EngineHaltedException.class,
                () -> run(0, 100, states -> {
                    // Another engine was built with them, and not started.
                    Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                            .groups(states.groups())
                            .build();
                    return Restarts.plainGroups(NOTHING);
                }));

        assertTrue(causes(e).contains("did not start it"), causes(e));
        assertEquals(0, Journals.describe(dir).results());
        assertEquals(List.of(), SnapshotFile.newestFirst(dir));
    }

    @Test
    void shouldNeverClaimASequenceThatItsHandlerHasNotSeen() {
        run(0, 100, states -> states.groups().stream()
                .map(group -> group.handlers(id -> passingSome(group.handlers().apply(id))))
                .toList());

        for (Path snapshot : SnapshotFile.newestFirst(dir)) { // Of the time when the handlers still saw all.
            String name = snapshot.getFileName().toString();
            assertTrue(Long.parseLong(name.substring(name.lastIndexOf('-') + 1)) < 50, name);
        }
        assertTrue(causes(errors.get(0)).contains("has seen none after"), causes(errors.get(0)));
    }

    private static EventHandler<Tx> passingSome(EventHandler<? super Tx> handler) {
        return new EventHandler<>() {
            @Override
            public void onStart() {
                handler.onStart();
            }

            @Override
            public void onEvent(Tx tx, long sequence, boolean endOfBatch) throws Exception {
                if (sequence < 50) {
                    handler.onEvent(tx, sequence, true);
                }
            }
        };
    }

    @Test
    void shouldRefuseHandlersThatCannotWriteOrRestoreTheirState() {
        assertRefused(
                HandlerGroup.named("none").weight(1).subStreams(3, id -> (tx, sequence, endOfBatch) -> {}),
                0,
                "none of the 3 handlers");
        assertRefused(HandlerGroup.named("all").weight(1).subStreams(1, id -> new Stateful()), 10, "sub-stream 0");
        assertRefused(
                HandlerGroup.named("all").weight(1).subStreams(1, id -> new Stateful() {
                    @Override
                    public int snapshot(MutableDirectBuffer buffer, int offset) {
                        return 0;
                    }
                }),
                10,
                "restores none");
        assertRefused(
                HandlerGroup.named("all").weight(1).subStreams(1, id -> new Stateful() {
                    @Override
                    public void restore(DirectBuffer buffer, int offset, int length) {
                        // Nothing.
                    }
                }),
                10,
                "takes none");
        try (JournalWriter<Tx> journal =
                        JournalWriter.builder(dir, Restarts.CODEC).open();
                HandlerStates<Tx> states = HandlerStates.builder(
                                journal,
                                List.of(HandlerGroup.named("all").weight(1).subStreams(1, id -> new Stateful())),
                                Tx::new)
                        .open()) {
            assertEquals(0, states.report().replayed(), "without snapshots nobody asks for one");
        }
    }

    private void assertRefused(HandlerGroup<Tx> group, int snapshotEvery, String why) {
        try (JournalWriter<Tx> journal =
                JournalWriter.builder(dir, Restarts.CODEC).open()) {
            HandlerStatesBuilder<Tx> builder = HandlerStates.builder(journal, List.of(group), Tx::new);
            if (snapshotEvery > 0) {
                builder.snapshotEvery(snapshotEvery);
            }
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::open);
            assertTrue(e.getMessage().contains(why), e.getMessage());
        }
    }

    /** Keeps state, and no more than has to be said of it. */
    private static class Stateful implements StatefulHandler<Tx> {
        @Override
        public void onEvent(Tx tx, long sequence, boolean endOfBatch) {
            // Nothing.
        }

        @Override
        public void onReplay(Tx result, long sequence) {
            // Nothing.
        }
    }

    @Test
    void shouldKeepTheStatesOfAJournalOnce() {
        try (JournalWriter<Tx> journal =
                        JournalWriter.builder(dir, Restarts.CODEC).open();
                HandlerStates<Tx> states =
                        HandlerStates.builder(journal, groups, Tx::new).open()) {
            assertInstanceOf(HandlerStates.class, states);
            HandlerStatesBuilder<Tx> again = HandlerStates.builder(journal, groups, Tx::new);
            assertThrows(IllegalStateException.class, again::open);
        }
    }

    /** Opens the states of one group whose sub-streams get these handlers, and closes them. */
    private void openAndClose(String journal, String group, List<? extends EventHandler<Tx>> handlers) {
        try (JournalWriter<Tx> writer = JournalWriter.builder(dir.resolve(journal), Restarts.CODEC)
                        .open();
                HandlerStates<Tx> states = HandlerStates.builder(
                                writer,
                                List.of(HandlerGroup.named(group).weight(1).subStreams(handlers.size(), handlers::get)),
                                Tx::new)
                        .open()) {
            assertEquals(0, states.report().replayed());
        }
    }

    private void assertOwned(String journal, String group, List<? extends EventHandler<Tx>> handlers, String... names) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> openAndClose(journal, group, handlers));
        for (String name : names) {
            assertTrue(e.getMessage().contains(name), e.getMessage());
        }
    }

    @Test
    void shouldRefuseOneHandlerForTwoSubStreams() {
        Stateful handler = new Stateful();

        assertOwned(
                "one",
                "all",
                List.of(new Stateful(), handler, handler),
                "the handler of sub-stream 2 of group 'all' of journal " + dir.resolve("one"),
                Stateful.class.getName() + ", has the state of sub-stream 1 of group 'all' of journal "
                        + dir.resolve("one"));
        openAndClose("one", "all", List.of(new Stateful(), handler));
    }

    @Test
    void shouldRefuseOneHandlerForTwoEngines() {
        Stateful handler = new Stateful();
        openAndClose("one", "gold", List.of(handler));

        assertOwned(
                "other",
                "bronze",
                List.of(handler),
                "the handler of sub-stream 0 of group 'bronze' of journal " + dir.resolve("other"),
                "the state of sub-stream 0 of group 'gold' of journal " + dir.resolve("one"));
    }

    /** Its state would be there twice. */
    @Test
    void shouldRefuseAHandlerThatIsGivenAgainAfterARestart() {
        Stateful handler = new Stateful();
        openAndClose("one", "all", List.of(handler));

        assertOwned("one", "all", List.of(handler), "each time that its state is opened");
        openAndClose("one", "all", List.of(new Stateful()));
    }

    @Test
    void shouldTakeAHandlerThatWasRefusedBeforeAnythingWasReplayed() {
        Stateful handler = new Stateful();
        assertRefused(HandlerGroup.named("all").weight(1).subStreams(1, id -> handler), 10, "takes no");

        openAndClose("one", "all", List.of(handler));
    }

    @Test
    void shouldRefuseASecondEngineWithTheHandlersOfTheFirst() {
        try (JournalWriter<Tx> journal = JournalWriter.builder(dir, Restarts.CODEC)
                        .groups(groups)
                        .unfinished(Unfinished.RESEND)
                        .open();
                HandlerStates<Tx> states =
                        HandlerStates.builder(journal, groups, Tx::new).open();
                BraidEngine<Tx> engine = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                        .groups(states.groups())
                        .merge(journal)
                        .start()) {
            BraidEngine<Tx> other = Restarts.engine(MergeOrder.WEIGHTED, 0, NOTHING)
                    .groups(states.groups())
                    .onError(t -> {})
                    .merge((tx, sequence, subStream, outcome, cause) -> {})
                    .build();

            String causes = causes(assertThrows(EngineHaltedException.class, () -> {
                other.start();
                other.close();
            }));

            assertTrue(causes.contains("was started by another engine"), causes);
            engine.ingress().publish((tx, sequence) -> tx.fill(sequence));
        }
        assertEquals(1, Journals.describe(dir).results());
    }
}
