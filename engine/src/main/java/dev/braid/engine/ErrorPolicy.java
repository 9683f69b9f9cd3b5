package dev.braid.engine;

/**
 * What an {@link Exception} from a handler does. An {@link Error} always halts, and so does anything that the
 * {@link MergeHandler} throws: results that cannot be recorded must not be followed by others.
 */
public enum ErrorPolicy {
    /**
     * The engine stops. The record gets no outcome, results before it are merged, publishers and
     * {@link BraidEngine#close()} throw {@link EngineHaltedException} with the cause.
     */
    HALT,

    /** The record gets {@link Outcome#FAILED} with the exception as its cause, and its sub-stream goes on. */
    SKIP
}
