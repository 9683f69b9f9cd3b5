package dev.braid.engine;

/**
 * Decides to which sub-stream a record belongs. {@link Partitioners} has the usual ones.
 * <p>
 * Called on one thread of the engine's only, once per record, in sequence order. It must be quick, for every group waits for
 * it, and should allocate nothing. The same record must always give the same answer, or order within a sub-stream means
 * nothing.
 *
 * @param <E> type of the records.
 */
@FunctionalInterface
public interface Partitioner<E> {
    /** In the place of a sub-stream's id: there is none. Results carry it of records for which no sub-stream was found. */
    int NO_SUB_STREAM = -1;

    /**
     * The sub-stream of a record.
     *
     * @param record as its publisher filled it.
     * @return the sub-stream's id; from the partitioner of a group the sub-stream's number within the group. An answer
     *         that no sub-stream has makes the record {@link Outcome#FAILED}.
     * @throws Exception which makes the record {@link Outcome#FAILED}, with the exception as the cause.
     */
    int subStreamOf(E record) throws Exception;
}
