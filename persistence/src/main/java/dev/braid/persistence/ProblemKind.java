package dev.braid.persistence;

/** Kind of a problem with a journal. */
public enum ProblemKind {
    /** The checksum of a frame is wrong, or what it says contradicts itself. */
    CORRUPT(true),
    /** Chronicle Queue's own data around a frame is damaged. */
    BAD_HEADER(true),
    /** A stretch of a segment is lost: zeros or rubbish where frames should be, or frames missing from the count. */
    HOLE(true),
    /** Sequences without a result, though the journal says that all of them have one. */
    GAP(true),
    /** A sequence, a frame, or a data file of a segment, that is there twice. */
    DUPLICATE(true),
    /** Results of a sub-stream that are not in sequence order, or a frame in the wrong place. */
    OUT_OF_ORDER(true),
    /** A whole segment is missing, or its file is. */
    MISSING_SEGMENT(true),
    /** The manifest, which says what segments there are, is missing or damaged. */
    BAD_MANIFEST(true),
    /** A segment that the journal never began, such as a copy of another one. */
    UNKNOWN_SEGMENT(true),
    /** A link, a pipe or the like stands where a journal has a file or folder; links are not followed. */
    ODD_FILE(true),
    /**
     * The journal is a copy, and what is missing at its end, or does not fit together, is what a copy lacks that was made while
     * the journal was written: or it was damaged since.
     */
    COPIED_IN_MOTION(true),
    /** The input journal is missing, is that of another journal, or lacks records that it must have. */
    BAD_INPUT(true),
    /** Written by a newer version, which this one cannot read. */
    UNSUPPORTED(true),
    /**
     * The last frames were never completed, or did not reach the disk before a loss of power, as when their writer is
     * stopped. Information only: they were not acknowledged.
     */
    TORN_TAIL(false),
    /**
     * At {@link Durability#PROCESS}, a restart of the machine took frames that were acknowledged. Information only: this level
     * does not protect against it.
     */
    POWER_LOSS(false),
    /**
     * A reader could not say what it reads, because the disk is full, cannot be written, or knows no locks: segments may be
     * deleted while it reads them. Information only.
     */
    NO_LEASE(false),
    /**
     * Sequences without a result that the journal never declared as done: their records were in flight when an engine
     * halted or was killed, or they are still. Information only.
     */
    UNFINISHED(false),
    /**
     * A snapshot of handlers' state that is not of the journal as it is: of results that it lost, or of another journal.
     * Information only: it is not used, and set aside before anything is written.
     */
    FOREIGN_SNAPSHOT(false),
    /**
     * The clock of a writer was set back, or was ahead. Information only, for those who look for a time: it says how they
     * went about that.
     */
    CLOCK(false);

    private final boolean damage;

    ProblemKind(boolean damage) {
        this.damage = damage;
    }

    /**
     * Tells whether something was lost or changed after it was written.
     *
     * @return {@code false} for what is information only.
     */
    public boolean isDamage() {
        return damage;
    }

    /** Tells whether it is damage for which results may be missing. */
    boolean isLoss() {
        return this == CORRUPT || this == HOLE || this == MISSING_SEGMENT || this == COPIED_IN_MOTION;
    }
}
