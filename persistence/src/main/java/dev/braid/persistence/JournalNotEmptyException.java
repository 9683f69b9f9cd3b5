package dev.braid.persistence;

/** A journal has results, though it was required to have none. */
public final class JournalNotEmptyException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalNotEmptyException(String message) {
        super(message);
    }
}
