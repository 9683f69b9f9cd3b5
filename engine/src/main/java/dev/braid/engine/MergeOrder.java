package dev.braid.engine;

/** The order in which results reach the {@link MergeHandler}. */
public enum MergeOrder {
    /**
     * Results leave as the weights let them finish. Within a sub-stream they are in sequence order; across sub-streams, results of
     * a heavy group overtake those of a light one.
     */
    WEIGHTED,

    /**
     * Results leave in global ingest order: 0, 1, 2, and so on. Every result waits for all before it, and occupies its group's
     * in-flight bound meanwhile, so a backlogged light group slows all others once their bounds are full: order costs isolation.
     */
    SEQUENCE
}
