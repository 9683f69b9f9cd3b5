package dev.braid.engine;

/**
 * Shows records to the ingest handler while they are still in the ring, and lets through what it allows. For the thread that
 * partitions.
 */
final class IngestGate<E> {
    private final IngestHandler<? super E> handler;
    private final IngestRing<E> ring;
    private final long base;
    private long seen = -1;
    private boolean isStarted;

    IngestGate(IngestHandler<? super E> handler, IngestRing<E> ring, long base) {
        this.handler = handler;
        this.ring = ring;
        this.base = base;
    }

    /**
     * Shows what is new.
     *
     * @param end the last record that is there, in the ring's sequences.
     * @return the last that may be handled.
     * @throws EngineHaltedException if the handler threw.
     */
    long admit(long end) {
        try {
            while (seen < end) {
                long next = seen + 1;
                handler.onRecord(ring.record(next), base + next, ring.origin(next), ring.cause(next));
                seen++;
            }
            return handler.onBatchEnd(base + seen) - base;
        } catch (Throwable t) {
            throw new EngineHaltedException("the ingest handler threw after sequence " + (base + seen) + ": " + t, t);
        }
    }

    /** @throws EngineHaltedException if the handler threw. */
    void onStart() {
        isStarted = true;
        try {
            handler.onStart();
        } catch (Throwable t) {
            throw new EngineHaltedException("onStart of the ingest handler threw: " + t, t);
        }
    }

    void onShutdown() {
        if (isStarted) {
            handler.onShutdown();
        }
    }
}
