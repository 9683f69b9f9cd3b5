package dev.braid.command;

/** Exit statuses of commands. */
public final class ExitStatus {
    /** The command is done, and what it checked is good. */
    public static final int DONE = 0;

    /** The data, the engine or the check failed. */
    public static final int FAILED = 1;

    /** The usage was wrong; nothing was touched. */
    public static final int WRONG_USAGE = 2;

    private ExitStatus() {}
}
