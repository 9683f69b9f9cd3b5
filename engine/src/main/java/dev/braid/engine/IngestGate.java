package dev.braid.engine;

/** Decides which records may leave the ring. For the thread that partitions. */
interface IngestGate {
    /** Admits all records. */
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

    /** Returns the gate of an engine's ingest handler, or {@link #OPEN} if it has none. */
    static IngestGate of(EngineContext<?> context) {
        return context.config().ingestHandler == null ? OPEN : new IngestHandlerGate<>(context);
    }

    /**
     * Shows new records to the gate.
     *
     * @param end the last published record.
     * @return the last record that may be handled.
     * @throws EngineHaltedException if the ingest handler threw.
     */
    long admit(long end);

    /** Returns whether the gate may keep records in the ring for a time. */
    boolean mayHold();

    /** @throws EngineHaltedException if the ingest handler threw. */
    void onStart();

    void onShutdown();
}
