package dev.braid.persistence;

/** The disk is full. Nothing of the frame or file was written, and earlier data is unaffected. */
final class StorageSpaceException extends JournalException {
    private static final long serialVersionUID = 1L;

    StorageSpaceException(String message, Throwable cause) {
        super(message, cause);
    }
}
