package dev.braid.engine;

/**
 * The fate of a sequence. Every accepted sequence gets exactly one outcome.
 * <p>
 * The codes are written to journals and never change their meaning.
 */
public enum Outcome {
    /** The handler returned normally. */
    PROCESSED(1),
    /** The record was not completely handled: the partitioner, the publisher's translator or the handler threw. */
    FAILED(2),
    /** The record was refused under overload, by its group's policy. */
    SHED(3),
    /** A crash lost the record before it had an outcome, and its source could not send it again. */
    LOST(4);

    private static final Outcome[] BY_CODE = {null, PROCESSED, FAILED, SHED, LOST};

    private final int code;

    Outcome(int code) {
        this.code = code;
    }

    /**
     * Returns the number that stands for this outcome in a journal.
     *
     * @return a small positive number.
     */
    public int code() {
        return code;
    }

    /**
     * Returns the outcome for a code.
     *
     * @param code as {@link #code()} returns it.
     * @return the outcome, or {@code null} if there is none with this code.
     */
    public static Outcome ofCode(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
