package dev.braid.command.input;

/**
 * Makes its record FAILED. Each record has a preallocated exception without a stack trace, because malformed input may arrive
 * as fast as good input.
 */
public final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient KeyedRecord record;

    MalformedRecordException(KeyedRecord record) {
        super(null, null, false, false);
        this.record = record;
    }

    @Override
    public String getMessage() {
        return record.reason();
    }
}
