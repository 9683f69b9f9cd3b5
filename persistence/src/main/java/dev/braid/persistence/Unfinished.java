package dev.braid.persistence;

import dev.braid.engine.Outcome;

/**
 * What becomes of sequences that have no result when a journal is opened, though higher ones have one: they were in flight
 * when the engine halted or was killed.
 */
public enum Unfinished {
    /** Refuses to open the journal. */
    REFUSE,

    /**
     * The source sends again, from {@link JournalWriter#nextSequence()} on and in the same order; the engine, which goes on at
     * the journal's {@link JournalWriter#resumePoint()}, drops what has a result.
     */
    RESEND,

    /** Gives them the outcome {@link Outcome#LOST}, because the source cannot send them again; the engine goes on after them. */
    LOSE
}
