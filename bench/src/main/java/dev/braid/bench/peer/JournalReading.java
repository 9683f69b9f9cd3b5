package dev.braid.bench.peer;

/**
 * A journal that was opened to be read, from its files alone: whatever its writer had mapped into memory is of no use to
 * it, as if that had been another process, or the same before a restart.
 */
public interface JournalReading extends AutoCloseable {
    /** Reads all of it. Only once. */
    Fold fold();

    /** Lets go of all that was mapped for it, at once. */
    @Override
    void close();
}
