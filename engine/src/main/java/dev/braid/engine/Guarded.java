package dev.braid.engine;

import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;

/** Wraps the user's listeners for the engine's threads, which must not fail when a listener throws. */
final class Guarded {
    private Guarded() {}

    /** Returns an error handler that throws nothing: an exception of the given one is logged. */
    static ErrorHandler errors(ErrorHandler errorHandler) {
        return t -> {
            if (t instanceof AgentTerminationException) {
                return; // Thrown by the conductor to tell its runner that it has ended.
            }
            try {
                errorHandler.onError(t);
            } catch (Throwable thrown) {
                thrown.addSuppressed(t);
                EngineLog.error(thrown);
            }
        };
    }

    /** Returns a warning handler that throws nothing: an exception of the given one goes to the error handler. */
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
