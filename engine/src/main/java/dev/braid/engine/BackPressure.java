package dev.braid.engine;

/** What a thread does while it waits for the engine: a publisher for room, or whoever waits for a record to be merged. */
@FunctionalInterface
interface BackPressure {
    /**
     * Waits a while between two attempts.
     *
     * @param attempt 0 before the first repetition, then counted up.
     * @throws PublisherInterruptedException if the calling thread is interrupted.
     * @throws IllegalStateException         if the calling thread must not wait.
     */
    void await(int attempt);
}
