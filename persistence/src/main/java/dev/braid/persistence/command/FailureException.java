package dev.braid.persistence.command;

/** The data or a check failed: exit status 1. The message says what and where. */
final class FailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
