package dev.braid.persistence;

import dev.braid.engine.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/**
 * Rebuilds the state of handlers as of a sequence of a journal: the newest good snapshot that is not beyond it, and then the
 * results after that, in the order of each sub-stream. So it takes as long as there are results after the snapshot, however
 * long the journal is. Changes nothing. For one thread; an engine uses {@link HandlerStates} instead.
 *
 * @param <E> type of the records.
 */
public final class StateRebuild<E> {
    private static final int POLL_LIMIT = 4096;

    private final Path dir;
    private final RecordCodec<? super E> codec;
    private final E record;
    private final IntFunction<? extends StatefulHandler<? super E>> handlers;
    private final SubStreamTable<State<E>> states = new SubStreamTable<>();

    private long toSequence = Long.MAX_VALUE;
    private long lowWatermark = Long.MAX_VALUE;
    private List<ForeignSnapshots.Foreign> aside = List.of();
    private boolean trustsVersion1;
    /** {@code null} where nothing is checked, and sub-streams have the ids that they had in the run before. */
    private StateLayout<E> layout;

    private SubStreamIds ids;

    private boolean repartitions;
    private ProgressListener progress = ProgressListener.NONE;
    private long replayed;

    /** A handler whose state is rebuilt. */
    private static final class State<E> {
        private final StatefulHandler<? super E> handler;
        private long covered = -1;

        State(StatefulHandler<? super E> handler) {
            this.handler = handler;
        }
    }

    /**
     * Prepares to rebuild.
     *
     * @param dir      folder of the journal.
     * @param codec    codec of its records.
     * @param factory  makes the record into which results are decoded.
     * @param handlers gives the handler of a sub-stream, with no state yet; {@code null} for one that keeps none. Sub-streams have
     *                 the ids that they have in the newest segment's groups, by name, also where groups were moved since. One
     *                 that is not in these, since keys were {@linkplain HandlerStatesBuilder#repartition() partitioned anew},
     *                 has an id of its own, from their number on.
     */
    public StateRebuild(
            Path dir,
            RecordCodec<? super E> codec,
            Supplier<? extends E> factory,
            IntFunction<? extends StatefulHandler<? super E>> handlers) {
        this.dir = Objects.requireNonNull(dir, "dir");
        this.codec = Objects.requireNonNull(codec, "codec");
        this.record = factory.get();
        this.handlers = Objects.requireNonNull(handlers, "handlers");
    }

    /**
     * Sets the sequence as of which the state is rebuilt.
     *
     * @param sequence the last whose result is part of the state; by default all are.
     * @return this.
     */
    public StateRebuild<E> toSequence(long sequence) {
        this.toSequence = sequence;
        return this;
    }

    /**
     * Receives the progress of the replay, on the thread that replays.
     *
     * @param progress receiver of the progress; by default none.
     * @return this.
     */
    public StateRebuild<E> onProgress(ProgressListener progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /** Ignores snapshots that are ahead of what the journal had when it was opened. */
    StateRebuild<E> lowWatermark(long sequence) {
        this.lowWatermark = sequence;
        return this;
    }

    /** Ignores snapshots that were found not to be of the journal when it was opened. */
    StateRebuild<E> aside(List<ForeignSnapshots.Foreign> snapshots) {
        this.aside = snapshots;
        return this;
    }

    /** See {@link HandlerStatesBuilder#trustVersion1()}. */
    StateRebuild<E> trustVersion1(boolean isTrusted) {
        this.trustsVersion1 = isTrusted;
        return this;
    }

    /** Assigns states to the sub-streams of this layout. */
    StateRebuild<E> layout(StateLayout<E> layout) {
        this.layout = layout;
        return this;
    }

    /** Lets the partitioner decide to which state a result belongs; snapshots are of no use then. */
    StateRebuild<E> repartition() {
        this.repartitions = true;
        return this;
    }

    /**
     * Rebuilds the state.
     *
     * @return how that went.
     * @throws JournalException if there is no journal, it is damaged, what is needed of it was deleted by retention, or a handler
     *                          or the codec throws.
     */
    public StateReport run() {
        JournalFolder.checkJournal(dir);
        Manifest manifest = ManifestFile.readOrGuess(dir, problem -> {});
        Timeline timeline = Timeline.of(dir, manifest);
        ids = layout == null
                ? SubStreamIds.ofRunBefore(timeline)
                : new SubStreamIds(timeline, layout.now().groups());
        long startNs = System.nanoTime();
        SnapshotChoice snapshot = repartitions
                ? new SnapshotChoice(null, null, List.of())
                : SnapshotChoice.newest(
                        timeline, aside, toSequence, lowWatermark, trustsVersion1, ids, this::checkLayout);
        snapshot.checkSuffices(dir, manifest.firstSequence());
        if (snapshot.file() != null) {
            restore(snapshot);
        }
        long restoredNs = System.nanoTime();
        if (snapshot.fromSequence() <= toSequence) {
            replay(snapshot.fromSequence());
        }
        return new StateReport(
                snapshot.name(),
                snapshot.unused(),
                snapshot.fromSequence(),
                replayed,
                repartitions,
                restoredNs - startNs,
                System.nanoTime() - restoredNs);
    }

    /** Returns the last sequence that is part of a sub-stream's state. */
    long covered(int subStream) {
        return state(subStream).covered;
    }

    private State<E> state(int subStream) {
        State<E> state = states.get(subStream);
        return state != null ? state : addState(subStream);
    }

    private State<E> addState(int subStream) {
        if (subStream < 0) {
            throw new JournalException("journal " + dir + " has state of sub-stream " + subStream);
        }
        State<E> state = new State<>(handlers.apply(subStream));
        states.put(subStream, state);
        return state;
    }

    private void checkLayout(SnapshotHeader header) {
        if (layout != null) {
            layout.check(dir, header, ids);
        }
    }

    private void restore(SnapshotChoice snapshot) {
        SegmentGroups groups = ids.groupsOf(snapshot.header());
        try {
            SnapshotFile.read(
                    snapshot.file(),
                    (subStream, covered, buffer, length) ->
                            restore(ids.nowOrOwn(groups, subStream), covered, buffer, length));
        } catch (Exception e) {
            throw new JournalException("a handler could not restore its state from " + snapshot.file() + ": " + e, e);
        }
    }

    private void restore(int subStream, long covered, DirectBuffer buffer, int length) throws Exception {
        State<E> state = state(subStream);
        if (state.handler != null) {
            state.handler.restore(buffer, 0, length);
            state.covered = covered;
        }
    }

    private void replay(long from) {
        // In the journal's own order, which is that of every sub-stream, nothing has to be held back.
        try (JournalReader reader = JournalReader.builder(dir)
                .order(ReadOrder.JOURNAL)
                .fromSequence(from)
                .toSequence(toSequence)
                .onProgress(progress)
                .open()) {
            ResultHandler handler = (sequence, subStream, outcome, timeNs, buffer, offset, length) -> {
                if (outcome == Outcome.PROCESSED) {
                    replay(sequence, subStream, reader.segmentGroups(), buffer, offset, length);
                }
            };
            while (reader.poll(handler, POLL_LIMIT) > 0) {
                // Go on.
            }
        }
    }

    private void replay(long sequence, int then, SegmentGroups groups, DirectBuffer buffer, int offset, int length) {
        try {
            State<E> state = repartitions ? null : state(now(sequence, then, groups));
            if (state != null && (state.handler == null || sequence <= state.covered)) {
                return;
            }
            codec.decode(record, buffer, offset, length);
            if (repartitions) {
                state = state(layout.repartitioned(record, ids.groupNow(groups, then)));
            } else if (layout != null) {
                checkChosen(sequence, then, groups);
            }
            if (state.handler != null) {
                state.handler.onReplay(record, sequence);
                state.covered = sequence;
                replayed++;
            }
        } catch (JournalException e) {
            throw e;
        } catch (Exception e) {
            throw new JournalException(
                    "the result of sequence " + sequence + " of journal " + dir + ", " + length
                            + " bytes, could not be replayed: " + e,
                    e);
        }
    }

    private int now(long sequence, int then, SegmentGroups groups) {
        if (layout == null) {
            return ids.nowOrOwn(groups, then);
        }
        int now = ids.now(groups, then);
        if (now == SubStreamIds.GONE) {
            throw other(sequence, then, groups, ids + ids.lastSeen(groups, then));
        }
        return now;
    }

    private void checkChosen(long sequence, int then, SegmentGroups groups) throws Exception {
        int now = ids.now(groups, then);
        int chosen = layout.chosen(record, now);
        if (chosen != now) {
            throw other(sequence, then, groups, "it in sub-stream " + chosen);
        }
    }

    private PartitioningMismatchException other(long sequence, int subStream, SegmentGroups groups, String instead) {
        String group = JournalGroup.nameOf(subStream, groups.groups());
        return new PartitioningMismatchException("journal " + dir + " has sequence " + sequence + " in sub-stream "
                + subStream + (group == null ? "" : " of group '" + group + "'") + ", but the engine has " + instead);
    }
}
