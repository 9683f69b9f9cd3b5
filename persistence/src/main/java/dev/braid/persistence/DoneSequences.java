package dev.braid.persistence;

import dev.braid.engine.ResumePoint;

/** Where a journal goes on, as its recovery found it. Nothing is added any more, so that any thread may ask. */
final class DoneSequences implements ResumePoint {
    private final SequenceTracker sequences;

    DoneSequences(SequenceTracker sequences) {
        this.sequences = sequences;
    }

    @Override
    public long firstSequence() {
        return sequences.next();
    }

    @Override
    public long doneThrough() {
        return sequences.highest();
    }

    @Override
    public boolean isDone(long sequence) {
        return sequences.contains(sequence);
    }

    /** How many are done above the first that is not. */
    long ahead() {
        return sequences.highest() + 1 - sequences.next() - sequences.missing();
    }
}
