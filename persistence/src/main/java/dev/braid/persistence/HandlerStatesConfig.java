package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Partitioner;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;

/**
 * Settings of {@link HandlerStates}, as {@link HandlerStatesBuilder#open()} found them. Immutable.
 *
 * @param journal      journal of the engine's results.
 * @param groups       handler groups of the engine, as described.
 * @param factory      maker of records, for results to be decoded.
 * @param partitioning assignment of results to sub-streams.
 * @param snapshots    snapshots that are taken while the engine runs.
 * @param rebuild      way in which the states are rebuilt.
 * @param <E>          type of the records.
 */
record HandlerStatesConfig<E>(
        JournalWriter<E> journal,
        List<HandlerGroup<E>> groups,
        Supplier<? extends E> factory,
        Partitioning<E> partitioning,
        Snapshots snapshots,
        Rebuild rebuild) {

    /**
     * Assignment of results to sub-streams.
     *
     * @param partitioner  partitioner of the engine; {@code null} if it is not known.
     * @param description  anything that changes when the partitioning does.
     * @param isPerKey     whether state is kept per key, so that it can be built for another partitioning.
     * @param <E>          type of the records.
     */
    record Partitioning<E>(Partitioner<? super E> partitioner, String description, boolean isPerKey) {}

    /**
     * Snapshots that are taken while the engine runs.
     *
     * @param every        number of results between two snapshots; 0 if none are taken.
     * @param keep         number of snapshots that are kept.
     * @param errorHandler receiver of failures.
     */
    record Snapshots(long every, int keep, ErrorHandler errorHandler) {
        boolean areTaken() {
            return every > 0;
        }
    }

    /**
     * Way in which the states are rebuilt.
     *
     * @param progress       receiver of the progress.
     * @param trustsVersion1 whether snapshots of version 1 are used.
     * @param mayBeNone      whether it is no error if no handler keeps state.
     */
    record Rebuild(ProgressListener progress, boolean trustsVersion1, boolean mayBeNone) {}

    /** Throws unless the states can be rebuilt for another partitioning than the one that was found. */
    void checkRepartition(PartitioningMismatchException found) {
        if (!partitioning.isPerKey()) {
            throw new PartitioningMismatchException(found.getMessage()
                    + ": go on with the partitioning as it was, or repartition if state is kept per key");
        }
        OpenJournal<E> opened = journal.journal();
        if (opened.done().doneThrough() >= journal.nextSequence()) {
            throw new PartitioningMismatchException(found.getMessage() + ": sequences from " + journal.nextSequence()
                    + " on are unfinished, so go on with the partitioning as it was until these are done");
        }
        long first = ManifestFile.read(opened.dir()).firstSequence();
        if (first > 0) {
            throw new PartitioningMismatchException(
                    found.getMessage() + ": for another partitioning the states are rebuilt"
                            + " from all results, but those before sequence " + first
                            + " were given up, so go on with the partitioning as it was");
        }
    }
}
