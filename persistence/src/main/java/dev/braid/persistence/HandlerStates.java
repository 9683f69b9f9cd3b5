package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.HandlerGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * The state of an engine's handlers, over restarts: rebuilds that of every {@link StatefulHandler} from the journal, and takes
 * snapshots while the engine runs, so that a restart need not replay all.
 * <pre>{@code
 * try (JournalWriter<Order> journal = JournalWriter.builder(dir, codec).groups(groups).unfinished(RESEND).open();
 *         HandlerStates<Order> states = HandlerStates.builder(journal, groups, Order::new).snapshotEvery(1_000_000).open();
 *         BraidEngine<Order> engine = builder.groups(states.groups()).merge(journal).start()) {
 *     …
 * }
 * }</pre>
 * The engine must be given {@link #groups()}, and its results must go to this journal: with other handlers it halts when it
 * starts, for a snapshot would be of states that have not seen what the journal has. A handler that is no
 * {@link StatefulHandler} keeps no state, and is given to the engine as it is.
 * <p>
 * A snapshot is of one sub-stream after the other, without stopping the others, and becomes one file. That appears once
 * all results which are part of it are acknowledged by the journal. The last one is taken when the states are closed.
 * <p>
 * <b>Threads:</b> {@link #close()} is for the owner, once the engine is closed, and before the journal is. Snapshots have a
 * thread of their own, which does not hold up the journal.
 * <p>
 * <b>Errors:</b> a snapshot that fails is told to the error handler, and the one before stays.
 *
 * @param <E> type of the records.
 */
public final class HandlerStates<E> implements AutoCloseable {
    private final List<HandlerGroup<E>> groups = new ArrayList<>();
    private final StateReport report;
    private final JournalWriter<E> journal;
    /** The one that takes snapshots; {@code null} if there is none. */
    private final JournalThread thread;

    private boolean isClosed;

    HandlerStates(HandlerStatesConfig<E> config) {
        this.journal = config.journal();
        List<EventHandler<? super E>> handlers = newHandlers(config);
        if (!keepState(config, handlers)) {
            this.report = StateReport.NOTHING;
            this.thread = null;
            guard(config, handlers, subStream -> -1);
            return;
        }
        StateLayout<E> layout = new StateLayout<>(
                config.groups(),
                config.partitioning().description(),
                config.partitioning().partitioner());
        StateRebuild<E> replay = replay(config, layout, handlers);
        StateReport found;
        try {
            found = replay.run();
        } catch (PartitioningMismatchException e) {
            config.checkRepartition(e);
            handlers = newHandlers(config); // The others may have a part of their state already.
            replay = replay(config, layout, handlers).repartition();
            found = replay.run();
        }
        this.report = found;
        List<GuardedHandler<E>> guarded = guard(config, handlers, replay::covered);
        OpenJournal<E> journal = config.journal().journal();
        journal.need(SnapshotFile.firstNeeded(SnapshotFile.newestFirst(journal.dir())));
        if (config.snapshots().areTaken()) {
            this.thread = new JournalThread(
                    new Snapshotter<>(config, guarded, layout.now(), report),
                    journal.settings().threads(),
                    config.snapshots().errorHandler());
            journal.log().followedBy(thread);
        } else {
            this.thread = null;
        }
    }

    /**
     * Returns a builder.
     *
     * @param journal journal of the engine's results, opened and not yet used.
     * @param groups  handler groups of the engine.
     * @param factory makes a record, for results to be decoded.
     * @param <E>     type of the records.
     * @return a builder.
     */
    public static <E> HandlerStatesBuilder<E> builder(
            JournalWriter<E> journal, List<HandlerGroup<E>> groups, Supplier<? extends E> factory) {
        return new HandlerStatesBuilder<>(journal, groups, factory);
    }

    /** Makes the handlers. Those that keep state are reserved for their sub-streams. */
    private static <E> List<EventHandler<? super E>> newHandlers(HandlerStatesConfig<E> config) {
        List<EventHandler<? super E>> handlers = new ArrayList<>();
        try {
            for (HandlerGroup<E> group : config.groups()) {
                for (int i = 0; i < group.subStreams(); i++) {
                    EventHandler<? super E> handler = group.handlers().apply(i);
                    if (handler instanceof StatefulHandler) {
                        StateOwners.reserve(
                                handler,
                                "sub-stream " + i + " of group '" + group.name() + "' of journal "
                                        + config.journal().journal().dir());
                    }
                    handlers.add(handler);
                }
            }
            return handlers;
        } catch (Throwable t) {
            release(handlers);
            throw t;
        }
    }

    private static void release(List<? extends EventHandler<?>> handlers) {
        for (EventHandler<?> handler : handlers) {
            if (handler instanceof StatefulHandler) {
                StateOwners.release(handler);
            }
        }
    }

    /**
     * Checks before anything is replayed that state can be kept, because one that turns out not to be kept when it is wanted would
     * be lost. Returns whether there is any; handlers that are refused may be given again.
     */
    private static <E> boolean keepState(HandlerStatesConfig<E> config, List<EventHandler<? super E>> handlers) {
        try {
            return countStates(config, handlers) > 0;
        } catch (Throwable t) {
            release(handlers);
            throw t;
        }
    }

    private static <E> int countStates(HandlerStatesConfig<E> config, List<EventHandler<? super E>> handlers) {
        int stateful = 0;
        for (int i = 0; i < handlers.size(); i++) {
            StatefulHandler<? super E> handler = stateful(handlers.get(i));
            if (handler != null) {
                stateful++;
                if (config.snapshots().areTaken()) {
                    checkTakesSnapshots(i, handler);
                }
            }
        }
        if (stateful == 0 && !config.rebuild().mayBeNone()) {
            throw new IllegalArgumentException(
                    "none of the " + handlers.size() + " handlers is a StatefulHandler: there is no state to keep");
        }
        return stateful;
    }

    private static void checkTakesSnapshots(int subStream, StatefulHandler<?> handler) {
        String which = "snapshots are to be taken, but the handler of sub-stream " + subStream + ", "
                + handler.getClass().getName();
        try {
            handler.snapshot(new ExpandableArrayBuffer(), 0);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(which + ", takes none: " + e.getMessage(), e);
        } catch (Exception e) {
            // Not started yet, it may not be ready for one. What comes of later ones is told to the error handler.
        }
        if (!restoresSnapshots(handler)) {
            throw new IllegalArgumentException(which + ", restores none");
        }
    }

    private static boolean restoresSnapshots(StatefulHandler<?> handler) {
        try {
            return handler.getClass()
                            .getMethod("restore", DirectBuffer.class, int.class, int.class)
                            .getDeclaringClass()
                    != StatefulHandler.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static <E> StateRebuild<E> replay(
            HandlerStatesConfig<E> config, StateLayout<E> layout, List<EventHandler<? super E>> handlers) {
        OpenJournal<E> journal = config.journal().journal();
        return new StateRebuild<E>(journal.dir(), journal.codec(), config.factory(), i -> stateful(handlers.get(i)))
                .lowWatermark(journal.recovery().sequences().lowWatermark())
                .aside(journal.foreignSnapshots())
                .trustVersion1(config.rebuild().trustsVersion1())
                .layout(layout)
                .onProgress(config.rebuild().progress());
    }

    @SuppressWarnings("unchecked")
    private static <E> StatefulHandler<? super E> stateful(EventHandler<? super E> handler) {
        return handler instanceof StatefulHandler ? (StatefulHandler<? super E>) handler : null;
    }

    /** Puts a guard around each handler that keeps state, and has the journal watch that the engine runs these. */
    private List<GuardedHandler<E>> guard(
            HandlerStatesConfig<E> config, List<EventHandler<? super E>> handlers, IntToLongFunction covered) {
        JournalWriter<E> journal = config.journal();
        List<GuardedHandler<E>> guarded = new ArrayList<>();
        StateWiring<E> wiring = new StateWiring<>(guarded, handlers.size());
        for (int i = 0; i < handlers.size(); i++) {
            StatefulHandler<? super E> handler = stateful(handlers.get(i));
            if (handler != null) {
                int subStream = i;
                GuardedHandler<E> guard = new GuardedHandler<>(
                        i, handler, covered.applyAsLong(i), journal::lowWatermark, () -> wiring.lastWritten(subStream));
                guarded.add(guard);
                handlers.set(i, guard);
            }
        }
        journal.watch(wiring);
        int first = 0;
        for (HandlerGroup<E> group : config.groups()) {
            groups.add(wiring.group(group, first, handlers));
            first += group.subStreams();
        }
        return guarded;
    }

    /**
     * Returns the groups with handlers that have their state, to be given to the engine instead of those without.
     *
     * @return as many groups, in the same order.
     */
    public List<HandlerGroup<E>> groups() {
        return Collections.unmodifiableList(groups);
    }

    /**
     * Returns how the state was rebuilt.
     *
     * @return a report.
     */
    public StateReport report() {
        return report;
    }

    /**
     * Takes a last snapshot, so that a restart has nothing to replay, unless the engine halted. Close the engine first. Calls
     * after the first do nothing.
     *
     * @throws IllegalStateException if the engine is still running, whose snapshots would end, or a thread of the journal closes it.
     */
    @Override
    public void close() {
        if (thread != null && !isClosed) {
            journal.checkIsUnused();
            journal.checkMayClose();
            isClosed = true;
            thread.close();
        }
    }
}
