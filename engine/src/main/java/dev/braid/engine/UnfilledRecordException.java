package dev.braid.engine;

/**
 * The reason why a record failed that its publisher did not fill, because a translator threw for it, or for an earlier one of its
 * batch. The content of such a record was not published by anybody, may be left from another record, and must not be used. The
 * cause is the translator's exception, and the message is its message.
 */
public final class UnfilledRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfilledRecordException(Throwable cause) {
        super(text(cause), cause, false, false);
    }

    private static String text(Throwable cause) {
        String message = messageOf(cause);
        return message == null || message.isBlank() ? cause.getClass().getName() : message;
    }

    /** If this threw, the record would not be marked as failed, and would be published as if it were filled. */
    private static String messageOf(Throwable cause) {
        try {
            return cause.getMessage();
        } catch (RuntimeException e) {
            return null;
        }
    }
}
