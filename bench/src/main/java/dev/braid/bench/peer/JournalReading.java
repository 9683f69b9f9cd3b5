package dev.braid.bench.peer;

/**
 * A journal that was opened to be read, from its files alone. Memory that its writer has mapped is not used, as if the writer had
 * been another process.
 */
public interface JournalReading extends AutoCloseable {
    /** Reads all results. Can be called once. */
    Fold fold();

    /** Releases all mapped memory at once. */
    @Override
    void close();
}
