package dev.braid.engine;

/**
 * Decides to which sub-stream a record belongs. {@link Partitioners} has the usual ones.
 * <p>
 * Called on one thread of the engine only, once per record, in sequence order. It must be quick, because every group waits for it,
 * and should allocate nothing. It must always give the same answer for a record, or order within a sub-stream means nothing.
 *
 * @param <E> type of the records.
 */
@FunctionalInterface
public interface Partitioner<E> {
    /** Stands for a sub-stream's id in results of records for which no sub-stream was found. */
    int NO_SUB_STREAM = -1;

    /**
     * Returns the sub-stream of a record.
     *
     * @param record as its publisher filled it.
     * @return the sub-stream's id; from the partitioner of a group, the sub-stream's number within the group. An answer out of
     *         range makes the record {@link Outcome#FAILED}.
     * @throws Exception to make the record {@link Outcome#FAILED}, with the exception as the cause. An {@link Error} halts the
     *                   engine.
     */
    int subStreamOf(E record) throws Exception;
}
