package dev.braid.persistence;

/** A journal cannot be read or written. The message says which one, why, and where in it: segment, frame, file offset. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with a message.
     *
     * @param message description of what happened, and where.
     */
    public JournalException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a message and a cause.
     *
     * @param message description of what happened, and where.
     * @param cause   cause of it.
     */
    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
