package dev.braid.engine;

/**
 * What became of a sequence. Every accepted sequence gets exactly one outcome.
 * <p>
 * The codes are written to journals: they never change meaning.
 */
public enum Outcome {
    /** Its handler returned normally. */
    PROCESSED(1),
    /** It was not handled to its end: the partitioner, the publisher's translator or the handler threw. */
    FAILED(2),
    /** It was refused under overload, by its group's policy. */
    SHED(3),
    /** A crash took it before it had an outcome, and its source could not send it again. */
    LOST(4);

    private static final Outcome[] BY_CODE = {null, PROCESSED, FAILED, SHED, LOST};

    private final int code;

    Outcome(int code) {
        this.code = code;
    }

    /**
     * The number that stands for this outcome in a journal.
     *
     * @return a small positive number.
     */
    public int code() {
        return code;
    }

    /**
     * The outcome for a code.
     *
     * @param code as {@link #code()} gave it.
     * @return the outcome, or {@code null} if there is none with this code.
     */
    public static Outcome ofCode(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
