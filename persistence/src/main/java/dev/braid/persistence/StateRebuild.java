package dev.braid.persistence;

import dev.braid.engine.Outcome;
import dev.braid.engine.Partitioner;
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
    private int subStreams = -1;
    private String partitioning;
    private Partitioner<? super E> partitioner;
    private boolean repartitions;
    private ProgressListener progress = ProgressListener.NONE;
    private long replayed;

    /** A handler that is being rebuilt. */
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
     * @param dir      of the journal.
     * @param codec    of its records.
     * @param factory  makes the record into which results are decoded.
     * @param handlers gives the handler of a sub-stream, with no state yet; {@code null} for one that keeps none.
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
     * @param progress by default nobody is.
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

    /** Checks that all is of this layout; {@code partitioner} may be {@code null}, then it is not asked. */
    StateRebuild<E> layout(int subStreams, String partitioning, Partitioner<? super E> partitioner) {
        this.subStreams = subStreams;
        this.partitioning = partitioning;
        this.partitioner = partitioner;
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
     * @throws JournalException if there is no journal, it is damaged, what is needed of it was given up, or a handler
     *                          or the codec throws.
     */
    public StateReport run() {
        JournalFolder.checkJournal(dir);
        Manifest manifest = ManifestFile.readOrGuess(dir, problem -> {});
        long startNs = System.nanoTime();
        SnapshotChoice snapshot = repartitions
                ? new SnapshotChoice(null, List.of())
                : SnapshotChoice.newest(
                        Timeline.of(dir, manifest), aside, toSequence, lowWatermark, trustsVersion1, this::checkLayout);
        snapshot.checkSuffices(dir, manifest.firstSequence());
        if (snapshot.file() != null) {
            restore(snapshot.file());
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

    /** The last sequence that is part of a sub-stream's state. */
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

    private void checkLayout(SnapshotFile.Header header) {
        if (partitioning != null
                && (header.subStreams() != subStreams || !header.partitioning().equals(partitioning))) {
            throw new PartitioningMismatchException("a snapshot of journal " + dir + " is of " + header.subStreams()
                    + " sub-streams, partitioned by '" + header.partitioning() + "', and the engine has " + subStreams
                    + ", partitioned by '" + partitioning + "'");
        }
    }

    private void restore(Path snapshot) {
        try {
            SnapshotFile.read(snapshot, this::restore);
        } catch (Exception e) {
            throw new JournalException("a handler could not restore its state from " + snapshot + ": " + e, e);
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
            while (reader.poll(this::replay, POLL_LIMIT) > 0) {
                // Go on.
            }
        }
    }

    private void replay(
            long sequence, int subStream, Outcome outcome, long timeNs, DirectBuffer buffer, int offset, int length) {
        if (outcome != Outcome.PROCESSED) {
            return;
        }
        if (!repartitions && subStream >= subStreams && subStreams >= 0) {
            throw other(sequence, subStream, "sub-streams 0 to " + (subStreams - 1) + " only");
        }
        try {
            State<E> state = repartitions ? null : state(subStream);
            if (state != null && (state.handler == null || sequence <= state.covered)) {
                return;
            }
            codec.decode(record, buffer, offset, length);
            if (partitioner != null) {
                int now = partitioner.subStreamOf(record);
                if (repartitions) {
                    state = state(now);
                } else if (now != subStream) {
                    throw other(sequence, subStream, "it in sub-stream " + now);
                }
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

    private PartitioningMismatchException other(long sequence, int subStream, String instead) {
        return new PartitioningMismatchException("journal " + dir + " has sequence " + sequence + " in sub-stream "
                + subStream + ", but the engine has " + instead);
    }
}
