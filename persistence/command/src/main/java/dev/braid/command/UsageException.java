package dev.braid.command;

/** The usage was wrong: exit status 2. The message names the offending value. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
