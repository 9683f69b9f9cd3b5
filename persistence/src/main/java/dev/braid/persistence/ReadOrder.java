package dev.braid.persistence;

/** In which order a {@link JournalReader} delivers results. */
public enum ReadOrder {
    /** Ascending sequences: the order in which the records entered the engine. */
    SEQUENCE,
    /** As written: the order in which the results left the engine. */
    JOURNAL
}
