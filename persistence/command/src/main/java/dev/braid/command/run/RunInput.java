package dev.braid.command.run;

import dev.braid.command.input.KeyedRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.HandlerGroup;
import java.io.IOException;

/** Publishes the records of a run. For the calling thread. */
interface RunInput {
    /**
     * The result of publishing.
     *
     * @param failure  why the input could not be read to its end, or {@code null}.
     * @param loadedNs how long records were loaded before any was published; 0 if they are published as they are read.
     * @param waitedNs how long the engine had no room for the next record.
     */
    record Published(String failure, long loadedNs, long waitedNs) {
        boolean wasLoaded() {
            return loadedNs > 0;
        }
    }

    /** Returns a group as this way of publishing needs it. */
    HandlerGroup<KeyedRecord> prepare(HandlerGroup<KeyedRecord> group);

    /** Publishes all records; returns when the last one is accepted, or the input has ended. */
    Published publish(BraidEngine<KeyedRecord> engine) throws IOException;
}
