package dev.braid.engine;

/** The engine is closing or closed: the records of this call are not accepted and have no outcome. */
public final class EngineClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineClosedException(String message) {
        super(message);
    }
}
