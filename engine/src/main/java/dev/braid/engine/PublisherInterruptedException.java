package dev.braid.engine;

/**
 * A thread that waited for the engine was interrupted, or had been before it began to wait. Nothing was claimed or
 * published by this call, and the thread's interrupt flag is set.
 */
public final class PublisherInterruptedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PublisherInterruptedException(String message) {
        super(message);
    }
}
