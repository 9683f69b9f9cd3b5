package dev.braid.engine;

/**
 * A partitioner's answer is out of range. Without a stack trace, which would say nothing about the user's code and would cost time
 * for each of many records.
 */
final class NoSuchSubStreamException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NoSuchSubStreamException(String message) {
        super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
