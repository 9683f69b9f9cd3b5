package dev.braid.engine;

/** The engine is closing or closed: what was asked for is not done, and records of this call have no outcome. */
public final class EngineClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineClosedException(String message) {
        super(message);
    }
}
