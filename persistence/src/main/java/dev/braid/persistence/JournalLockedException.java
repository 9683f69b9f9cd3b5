package dev.braid.persistence;

/** A journal has a writer already. */
public final class JournalLockedException extends JournalException {
    private static final long serialVersionUID = 1L;

    JournalLockedException(String message) {
        super(message);
    }
}
