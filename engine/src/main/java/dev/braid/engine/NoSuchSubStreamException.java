package dev.braid.engine;

/** A partitioner's answer is of no use. Without a stack trace: there may be many, and it would tell nothing of the user's code. */
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
