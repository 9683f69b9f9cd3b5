package dev.braid.persistence;

import dev.braid.engine.ThreadRole;

/**
 * Duties of the threads of a journal: the {@link ThreadRole#duty() duties} of their roles. All are daemons, unless
 * {@link JournalWriterBuilder#threadFactory} makes others.
 */
public final class JournalDuty {
    /** Forces what was written and acknowledges it, at {@link Durability#DISK}, and seals segments that have ended. */
    public static final String SYNC = "journal-sync";

    /** Makes segments before they are needed, and watches the space on the disk and the journal's lock file. */
    public static final String PREPARE = "journal-prepare";

    /** Gives up what is not needed any more of an {@link InputJournal}. */
    public static final String RETENTION = "input-retention";

    /** Takes snapshots of {@link HandlerStates}. */
    public static final String SNAPSHOT = "snapshot";

    private JournalDuty() {}
}
