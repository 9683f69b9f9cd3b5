package dev.braid.engine;

/** Decides which records may leave the ring. For the thread that partitions. */
interface IngestGate {
    /** Lets all records through. */
    IngestGate OPEN = new IngestGate() {
        @Override
        public long admit(long end) {
            return end;
        }

        @Override
        public boolean mayHold() {
            return false;
        }

        @Override
        public void onStart() {}

        @Override
        public void onShutdown() {}
    };

    /** The gate for an engine's ingest handler, if it has one. */
    static IngestGate of(EngineContext<?> context) {
        return context.config().ingestHandler == null ? OPEN : new IngestHandlerGate<>(context);
    }

    /**
     * Sees what is new.
     *
     * @param end the last record that is there, in the ring's sequences.
     * @return the last that may be handled.
     * @throws EngineHaltedException if the ingest handler threw.
     */
    long admit(long end);

    /** Whether it may keep records in the ring for a time. */
    boolean mayHold();

    /** @throws EngineHaltedException if the ingest handler threw. */
    void onStart();

    void onShutdown();
}
