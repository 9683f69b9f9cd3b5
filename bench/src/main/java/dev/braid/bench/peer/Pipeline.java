package dev.braid.bench.peer;

/** A running pipeline, with one publisher: the thread that calls this. */
public interface Pipeline extends AutoCloseable {
    /** Publishes the records of the setup's source with these numbers, waiting for room. */
    void publish(long first, int count);

    /** How many results have reached the sink; this may lag behind until there is no more work. */
    long completed();

    /** Waits until so many results have reached the sink since the start. */
    default void await(long results) {
        while (completed() < results) {
            Thread.onSpinWait();
        }
    }

    /** Lets what was published come out, and ends the threads. */
    @Override
    void close();
}
