package dev.braid.engine;

/**
 * The engine stopped because of an error, which is the cause. Published records with a sequence above {@link
 * BraidEngine#lowWatermark()} may have no outcome.
 */
public final class EngineHaltedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    EngineHaltedException(String why, Throwable cause) {
        super(why, cause);
    }

    /** Repeats the failure for another thread. */
    EngineHaltedException(EngineHaltedException first) {
        super("the engine has halted: " + first.getMessage(), first.getCause() != null ? first.getCause() : first);
    }
}
