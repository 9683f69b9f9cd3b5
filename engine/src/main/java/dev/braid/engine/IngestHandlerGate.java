package dev.braid.engine;

/** Shows records to the ingest handler while they are still in the ring, and admits those that it allows. */
final class IngestHandlerGate<E> implements IngestGate {
    private final IngestHandler<? super E> handler;
    private final IngestRing<E> ring;
    private long seen;
    private boolean isStarted;

    IngestHandlerGate(EngineContext<E> context) {
        this.handler = context.config().ingestHandler;
        this.ring = context.ring();
        this.seen = context.firstSequence() - 1;
    }

    @Override
    public long admit(long end) {
        try {
            while (seen < end) {
                long next = seen + 1;
                handler.onRecord(ring.record(next), next, ring.origin(next), ring.cause(next));
                seen++;
            }
            return handler.onBatchEnd(seen);
        } catch (Throwable t) {
            throw new EngineHaltedException("the ingest handler threw after sequence " + seen + ": " + t, t);
        }
    }

    @Override
    public boolean mayHold() {
        return true;
    }

    @Override
    public void onStart() {
        isStarted = true;
        try {
            handler.onStart();
        } catch (Throwable t) {
            throw new EngineHaltedException("onStart of the ingest handler threw: " + t, t);
        }
    }

    @Override
    public void onShutdown() {
        if (isStarted) {
            handler.onShutdown();
        }
    }
}
