package dev.braid.engine;

/** Where an engine is in its life. */
public enum EngineState {
    /** It accepts records, or will once it is started, or works on those that it had accepted when it was closed. */
    RUNNING,
    /** It was closed, and all that it had accepted has its outcome. */
    CLOSED,
    /** It stopped because of an error. */
    HALTED
}
