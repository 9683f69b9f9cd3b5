package dev.braid.engine;

/** Stages of an engine's life. */
public enum EngineState {
    /** Accepts records, or will once it is started, or still works on records that were accepted before it was closed. */
    RUNNING,
    /** Closed, and every accepted record has its outcome. */
    CLOSED,
    /** Stopped because of an error. */
    HALTED
}
