package dev.braid.persistence;

/** End of a segment of a journal. */
public enum SegmentEnd {
    /** The segment is being written, or its writer was stopped and the journal was not opened for writing since. */
    NONE(0),
    /** Its writer closed the journal. */
    CLOSED(1),
    /** The segment was full, and its writer went on in the next one. */
    ROLLED(2),
    /** Its writer was stopped, by {@code kill -9} or a failure; the next one sealed what was good. */
    CUT(3);

    private final int code;

    SegmentEnd(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Returns the end with a code in a segment's trailer: CLOSED or ROLLED; {@code null} for any other code. */
    static SegmentEnd ofCode(int code) {
        return code == CLOSED.code ? CLOSED : code == ROLLED.code ? ROLLED : null;
    }

    /** Returns the end with a code in a manifest: CLOSED, ROLLED or CUT; {@code null} for any other code. */
    static SegmentEnd ofSealedCode(int code) {
        return code == CUT.code ? CUT : ofCode(code);
    }
}
