package dev.braid.bench.peer;

/** A journal that is also read through what it has open: what it mapped into memory as it was written is still there. */
public interface ReadableSink extends JournalSink {
    /** What was written. Before {@link #release()}. */
    Fold readBack();
}
