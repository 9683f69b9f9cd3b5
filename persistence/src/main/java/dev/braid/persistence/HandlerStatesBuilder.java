package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Partitioner;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;

/**
 * Configures how the state of an engine's handlers is kept. {@link #open()} validates every setting and names the offending value.
 * Not thread-safe.
 *
 * @param <E> type of the records.
 */
public final class HandlerStatesBuilder<E> {
    /** Default of {@link #keep(int)}. */
    public static final int DEFAULT_KEEP = 2;

    private static final System.Logger LOGGER = System.getLogger(HandlerStatesBuilder.class.getPackageName());

    private final JournalWriter<E> journal;
    private final List<HandlerGroup<E>> groups;
    private final Supplier<? extends E> factory;
    private Partitioner<? super E> partitioner;
    private String partitioning = "";
    private long snapshotEvery;
    private int keep = DEFAULT_KEEP;
    private ErrorHandler errorHandler =
            error -> LOGGER.log(System.Logger.Level.ERROR, String.valueOf(error.getMessage()), error);
    private ProgressListener progress = ProgressListener.NONE;
    private boolean trustsVersion1;
    private boolean mayBeNone;
    private boolean repartitions;

    HandlerStatesBuilder(JournalWriter<E> journal, List<HandlerGroup<E>> groups, Supplier<? extends E> factory) {
        this.journal = Objects.requireNonNull(journal, "journal");
        this.groups = List.copyOf(groups);
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /**
     * Takes a snapshot whenever the number of results in the journal reaches a multiple of this one. All handlers that keep state
     * must be able to write and to restore theirs.
     *
     * @param results number of results, at least 1; by default no snapshots are taken.
     * @return this.
     */
    public HandlerStatesBuilder<E> snapshotEvery(long results) {
        this.snapshotEvery = results;
        if (results < 1) {
            throw new IllegalArgumentException("snapshotEvery must be at least 1: " + results);
        }
        return this;
    }

    /**
     * Sets how many snapshots are kept, in case the newest is damaged.
     *
     * @param snapshots number of snapshots, at least 1; by default {@value #DEFAULT_KEEP}.
     * @return this.
     */
    public HandlerStatesBuilder<E> keep(int snapshots) {
        this.keep = snapshots;
        if (snapshots < 1) {
            throw new IllegalArgumentException("keep must be at least 1: " + snapshots);
        }
        return this;
    }

    /**
     * Sets the engine's partitioner, so that a change of it is detected: it is asked for the sub-stream of every result that is
     * replayed. Of a group that has an ingress and a {@link HandlerGroup#partitioner(Partitioner)} of its own, that one is asked
     * first: a result is where it belongs if either says so. By default only groups, the numbers of their sub-streams and the
     * {@link #partitioning(String) description} are compared.
     *
     * @param partitioner function that finds the sub-stream of a result as it does of a record.
     * @return this.
     */
    public HandlerStatesBuilder<E> partitioner(Partitioner<? super E> partitioner) {
        this.partitioner = Objects.requireNonNull(partitioner, "partitioner");
        return this;
    }

    /**
     * Describes how keys are partitioned. It is kept in snapshots; another one after a restart is a
     * {@link PartitioningMismatchException}.
     *
     * @param description anything that changes when the partitioning does; by default empty.
     * @return this.
     */
    public HandlerStatesBuilder<E> partitioning(String description) {
        this.partitioning = Objects.requireNonNull(description, "description");
        return this;
    }

    /**
     * Declares that state is kept per key, so that it can be built for another partitioning, too: then all results are
     * replayed, each into the state of the sub-stream that the {@link #partitioner(Partitioner) partitioner} now chooses; where
     * the result's group has an ingress and a partitioner of its own, that one chooses.
     *
     * @return this.
     */
    public HandlerStatesBuilder<E> repartition() {
        this.repartitions = true;
        return this;
    }

    /**
     * Takes snapshots of version 1 to be of this journal as it is, which they do not prove: those of version 2 do, by the frame
     * that they go up to. By default they are passed over, and the state is rebuilt from results. Where retention deleted these,
     * that cannot be done, and this is the way on: once, for the next snapshot is of version 2. It is right unless after the
     * snapshot results were lost, by a loss of power at {@link Durability#PROCESS}, or the journal was salvaged.
     *
     * @return this.
     */
    public HandlerStatesBuilder<E> trustVersion1() {
        this.trustsVersion1 = true;
        return this;
    }

    /**
     * Receives the failures of snapshots.
     *
     * @param errorHandler the receiver, on the thread that writes snapshots; by default what it is told is logged, by
     *                     the {@link System.Logger} named {@code dev.braid.persistence}.
     * @return this.
     */
    public HandlerStatesBuilder<E> onError(ErrorHandler errorHandler) {
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        return this;
    }

    /**
     * Receives the progress of the replay.
     *
     * @param progress receiver of the progress; by default none.
     * @return this.
     */
    public HandlerStatesBuilder<E> onProgress(ProgressListener progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /** Accepts groups in which no handler keeps state. */
    HandlerStatesBuilder<E> ifAny() {
        this.mayBeNone = true;
        return this;
    }

    /**
     * Makes the handlers, and rebuilds their state.
     *
     * @return the states.
     * @throws PartitioningMismatchException if the journal was written with another partitioning, and nobody said that the state
     *                                    can be repartitioned; also while sequences of it are unfinished, or once results
     *                                    of it were deleted by retention.
     * @throws JournalException           if the journal is damaged, or a handler or the codec throws.
     * @throws IllegalArgumentException   if none of the handlers keeps state, if one of them has the state of another sub-stream
     *                                    or of an earlier opening, or if snapshots are to be taken and one of them cannot write
     *                                    or restore its state.
     * @throws IllegalStateException      if something needed is missing, the journal is in use already, or others keep states
     *                                    for it.
     */
    public HandlerStates<E> open() {
        if (repartitions && partitioner == null) {
            throw new IllegalStateException("a partitioner is needed to repartition");
        }
        return new HandlerStates<>(new HandlerStatesConfig<>(
                journal,
                groups,
                factory,
                new HandlerStatesConfig.Partitioning<>(partitioner, partitioning, repartitions),
                new HandlerStatesConfig.Snapshots(snapshotEvery, keep, errorHandler),
                new HandlerStatesConfig.Rebuild(progress, trustsVersion1, mayBeNone)));
    }
}
