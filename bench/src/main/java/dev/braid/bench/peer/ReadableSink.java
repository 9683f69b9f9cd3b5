package dev.braid.bench.peer;

/** A journal that can also be read through its open files: memory that was mapped for writing is still there. */
public interface ReadableSink extends JournalSink {
    /** Reads what was written. To be called before {@link #release()}. */
    Fold readBack();
}
