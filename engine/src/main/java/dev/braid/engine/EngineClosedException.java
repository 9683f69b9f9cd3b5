package dev.braid.engine;

/** The engine is closing or closed. The call has no effect, and its records have no outcome. */
public final class EngineClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineClosedException(String message) {
        super(message);
    }
}
