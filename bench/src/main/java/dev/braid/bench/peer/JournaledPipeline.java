package dev.braid.bench.peer;

/** A pipeline that writes its results to a journal. */
public interface JournaledPipeline extends Pipeline {
    /** What is in the journal; to be called when all results that were awaited are there, and before it is closed. */
    Fold readBack();
}
