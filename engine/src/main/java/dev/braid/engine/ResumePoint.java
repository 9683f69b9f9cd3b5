package dev.braid.engine;

/**
 * The point at which an earlier engine was stopped, in good order or not: every sequence below the first one has its outcome, and
 * so have some above it, whose results overtook others. A journal provides it, see {@link EngineBuilder#resumeAt(ResumePoint)};
 * applications rarely implement it.
 */
public interface ResumePoint {
    /**
     * Returns a resume point at which no sequence from the first one on is done.
     *
     * @param firstSequence the first sequence without an outcome.
     * @return a resume point.
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
     * Returns the first sequence without an outcome, at which the source continues.
     *
     * @return the low watermark, plus 1.
     */
    long firstSequence();

    /**
     * Returns the highest sequence that has its outcome.
     *
     * @return a sequence; {@code firstSequence() - 1} if none above the first one has its outcome.
     */
    long doneThrough();

    /**
     * Returns whether a sequence has its outcome. Called on the engine's thread while sequences up to {@link #doneThrough()} come
     * in; an exception halts the engine.
     *
     * @param sequence from {@link #firstSequence()} to {@link #doneThrough()}.
     * @return {@code true} if it has one.
     */
    boolean isDone(long sequence);

    /**
     * Returns the handler that journals every record before it is handled. An engine that resumes here must have it as its
     * {@linkplain EngineBuilder#ingest ingest handler}: records that it has not seen would be missing in a later run.
     *
     * @return by default {@code null}, for none.
     */
    default IngestHandler<?> ingest() {
        return null;
    }
}
