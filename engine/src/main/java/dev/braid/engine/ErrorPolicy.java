package dev.braid.engine;

/**
 * What an {@link Exception} from a handler's {@code onEvent} does. Always halting are: an {@link Error}, also from the
 * partitioner; an {@link InterruptedException}; what {@code onStart} and {@code onBatchStart} throw; and anything that the
 * {@link MergeHandler} throws, for results that cannot be recorded must not be followed by others.
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
