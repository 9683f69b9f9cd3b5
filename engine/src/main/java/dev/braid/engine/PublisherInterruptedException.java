package dev.braid.engine;

/**
 * A thread was interrupted while, or before, it waited for the engine. The call claimed and published nothing, and the thread's
 * interrupt flag is set.
 */
public final class PublisherInterruptedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PublisherInterruptedException(String message) {
        super(message);
    }
}
