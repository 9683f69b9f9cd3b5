package dev.braid.command;

/** How a command ends. */
public final class ExitStatus {
    /** What was asked for is done, and what was checked is good. */
    public static final int DONE = 0;

    /** The data, the engine or the check failed. */
    public static final int FAILED = 1;

    /** The command was called in a wrong way, and has touched nothing. */
    public static final int WRONG_USAGE = 2;

    private ExitStatus() {}
}
