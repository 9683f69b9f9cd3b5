package dev.braid.persistence;

/** Is told, on the thread that works, how far a long work on a journal has come. */
@FunctionalInterface
public interface ProgressListener {
    /** Tells nobody. */
    ProgressListener NONE = (doneBytes, totalBytes) -> {};

    /**
     * Some more is done. Called every few megabytes, and at the end.
     *
     * @param doneBytes  bytes read of the journal's files so far.
     * @param totalBytes length of the journal's files, as known now.
     */
    void onProgress(long doneBytes, long totalBytes);
}
