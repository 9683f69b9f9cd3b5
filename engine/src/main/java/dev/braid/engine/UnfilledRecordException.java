package dev.braid.engine;

/**
 * Why a record failed that its publisher did not fill, because a translator threw, for it or for one before it in its batch.
 * What such a record holds is not what anybody published, and may be left from another one: it must not be used. Has the
 * translator's exception as its cause, and says the same.
 */
public final class UnfilledRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfilledRecordException(Throwable cause) {
        super(text(cause), cause, false, false);
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getName() : message;
    }
}
