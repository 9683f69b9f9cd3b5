package dev.braid.persistence;

import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;

/** A journal in a wrapper that does not say where the journal's engine resumes. */
record Forgetful<E>(JournalWriter<E> journal) implements MergeHandler<E> {
    @Override
    public void onStart() {
        journal.onStart();
    }

    @Override
    public void onResult(E record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        journal.onResult(record, sequence, subStream, outcome, cause);
    }

    @Override
    public void onBatchEnd(long lowWatermark) {
        journal.onBatchEnd(lowWatermark);
    }

    @Override
    public void onIdle() {
        journal.onIdle();
    }

    @Override
    public void onShutdown() {
        journal.onShutdown();
    }
}
