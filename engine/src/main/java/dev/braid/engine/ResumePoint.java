package dev.braid.engine;

/**
 * Where an earlier engine was stopped, in good order or not: everything below a first sequence has its outcome, and so have
 * some above it, which were ahead of others. A journal knows; see {@link EngineBuilder#resumeAt(ResumePoint)}.
 */
public interface ResumePoint {
    /**
     * A resume point at which nothing is done from a sequence on.
     *
     * @param firstSequence the first sequence without an outcome.
     * @return a resume point that has no sequences ahead of others.
     */
    static ResumePoint at(long firstSequence) {
        return new ResumePoint() {
            @Override
            public long firstSequence() {
                return firstSequence;
            }

            @Override
            public long doneThrough() {
                return firstSequence - 1;
            }

            @Override
            public boolean isDone(long sequence) {
                return false;
            }
        };
    }

    /**
     * The first sequence without an outcome, which is where the source goes on.
     *
     * @return the low watermark, plus 1.
     */
    long firstSequence();

    /**
     * The highest sequence that has its outcome.
     *
     * @return a sequence, {@code firstSequence() - 1} if none is ahead of others.
     */
    long doneThrough();

    /**
     * Whether a sequence has its outcome. Called on the engine's thread while sequences up to {@link #doneThrough()} come
     * in; what it throws halts the engine.
     *
     * @param sequence from {@link #firstSequence()} to {@link #doneThrough()}.
     * @return {@code true} if it has one.
     */
    boolean isDone(long sequence);

    /**
     * The handler that journals every record before it is handled. An engine that resumes here must have it as its
     * {@linkplain EngineBuilder#ingest ingest handler}: what it has not seen would be missing in a later run.
     *
     * @return by default {@code null}, for none.
     */
    default IngestHandler<?> ingest() {
        return null;
    }
}
