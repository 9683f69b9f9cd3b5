package dev.braid.persistence;

/** Order in which a {@link JournalReader} delivers results. */
public enum ReadOrder {
    /** Ascending sequences: the order in which the records entered the engine. */
    SEQUENCE,
    /** The order of the journal, in which the results left the engine. */
    JOURNAL
}
