package dev.braid.bench.peer;

/** A pipeline that writes its results to a journal. */
public interface JournaledPipeline extends Pipeline {
    /** Reads the results in the journal. To be called when all awaited results are there, and before the pipeline is closed. */
    Fold readBack();
}
