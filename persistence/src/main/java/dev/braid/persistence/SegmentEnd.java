package dev.braid.persistence;

/** How a segment of a journal ended. */
public enum SegmentEnd {
    /** It has not: it is being written, or its writer was stopped and the journal was not opened for writing since. */
    NONE(0),
    /** Its writer closed the journal. */
    CLOSED(1),
    /** It was full, and its writer went on in the next one. */
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

    /** Of what is in a segment's own end: {@code null} for anything but CLOSED and ROLLED. */
    static SegmentEnd ofCode(int code) {
        return code == CLOSED.code ? CLOSED : code == ROLLED.code ? ROLLED : null;
    }

    /** Of what is in a manifest: {@code null} for anything but CLOSED, ROLLED and CUT. */
    static SegmentEnd ofSealedCode(int code) {
        return code == CUT.code ? CUT : ofCode(code);
    }
}
