package dev.braid.persistence;

import dev.braid.engine.IngestHandler;
import dev.braid.engine.ResumePoint;

/** Place where a journal goes on, as its recovery found it. Once an engine uses it nothing is added, so any thread may read it. */
final class JournalResumePoint implements ResumePoint {
    private final SequenceTracker sequences;
    /** {@code null} for none. */
    private IngestHandler<?> ingest;

    JournalResumePoint(SequenceTracker sequences) {
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

    @Override
    public IngestHandler<?> ingest() {
        return ingest;
    }

    /** Requires engines that go on here to have this ingest handler. Only before anybody asks. */
    void need(IngestHandler<?> handler) {
        this.ingest = handler;
    }

    /** Notes that a sequence is done; {@code false} if it was before. Only before anybody asks. */
    boolean add(long sequence) {
        return sequences.add(sequence);
    }

    /** Returns how many sequences from one to another, both included, are not done. */
    static long unfinished(ResumePoint point, long from, long to) {
        long doneThrough = point.doneThrough();
        long count = Math.max(0, to - Math.max(from, doneThrough + 1) + 1);
        for (long sequence = Math.max(from, point.firstSequence()); sequence <= Math.min(to, doneThrough); sequence++) {
            count += point.isDone(sequence) ? 0 : 1;
        }
        return count;
    }

    /** Returns how many sequences are done above the first that is not. */
    long ahead() {
        return sequences.highest() + 1 - sequences.next() - sequences.missing();
    }
}
