package dev.braid.persistence;

/** What a result survives once it is acknowledged. */
public enum Durability {
    /**
     * The end of the process, in whatever way: {@code kill -9} too. A result is acknowledged when it is written; the
     * operating system writes it to disk when it likes, so that a loss of power can take what was written last.
     */
    PROCESS(0),

    /**
     * The loss of power too, if the disk keeps what it says it has. A result is acknowledged when it was forced to disk, by
     * a thread of the journal's own, for many results at a time: the engine does not wait for it.
     */
    DISK(1);

    private final int code;

    Durability(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Durability ofCode(int code) {
        return code == PROCESS.code ? PROCESS : code == DISK.code ? DISK : null;
    }
}
