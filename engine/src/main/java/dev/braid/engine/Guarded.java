package dev.braid.engine;

import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;

/** Wraps the user's listeners for the engine's threads, which must not fail by what a listener throws. */
final class Guarded {
    private Guarded() {}

    /** An error handler that throws nothing: what the given one throws is logged. */
    static ErrorHandler errors(ErrorHandler errorHandler) {
        return t -> {
            if (t instanceof AgentTerminationException) {
                return; // How the conductor tells its runner that it has ended.
            }
            try {
                errorHandler.onError(t);
            } catch (Throwable thrown) {
                thrown.addSuppressed(t);
                EngineLog.error(thrown);
            }
        };
    }

    /** A warning handler that throws nothing: what the given one throws goes to the error handler. */
    static Consumer<String> warnings(Consumer<String> warningHandler, ErrorHandler errorHandler) {
        return warning -> {
            try {
                warningHandler.accept(warning);
            } catch (Throwable t) {
                errorHandler.onError(t);
            }
        };
    }
}
