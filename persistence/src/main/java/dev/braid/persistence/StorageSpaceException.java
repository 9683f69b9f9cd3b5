package dev.braid.persistence;

/** There is no space for what was to be written, and nothing of it was: what was written before is as good as ever. */
final class StorageSpaceException extends JournalException {
    private static final long serialVersionUID = 1L;

    StorageSpaceException(String message, Throwable cause) {
        super(message, cause);
    }
}
