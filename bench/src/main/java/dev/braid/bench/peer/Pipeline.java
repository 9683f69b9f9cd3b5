package dev.braid.bench.peer;

/** A running pipeline, with one publisher: the thread that calls this. */
public interface Pipeline extends AutoCloseable {
    /** Publishes the records of the setup's source with these numbers, waiting for room. */
    void publish(long first, int count);

    /** Returns the number of results that have reached the sink. It may lag until there is no more work. */
    long completed();

    /** Waits until the given number of results has reached the sink since the start. */
    default void await(long results) {
        while (completed() < results) {
            Thread.onSpinWait();
        }
    }

    /** Drains the published records, and ends the threads. */
    @Override
    void close();
}
