package dev.braid.command;

/** Names of the files that the command keeps in a journal's folder beside the journal itself. */
public final class JournalFiles {
    /** The file of the running engine's counters, which {@code stat} maps. */
    public static final String COUNTERS = "counters.dat";

    /** The folder of the input journal. */
    public static final String INPUT = "input";

    private JournalFiles() {}
}
