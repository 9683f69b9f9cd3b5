package dev.braid.persistence;

/**
 * A journal was written with another partitioning: its records would now be handled apart from the state that they built.
 * Go on with the partitioning as it was, or let the state be taken apart: {@link HandlerStatesBuilder#repartition()}.
 */
public final class PartitioningMismatchException extends JournalException {
    private static final long serialVersionUID = 1L;

    PartitioningMismatchException(String message) {
        super(message);
    }
}
