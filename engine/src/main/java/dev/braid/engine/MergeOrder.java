package dev.braid.engine;

/** In which order results reach the {@link MergeHandler}. */
public enum MergeOrder {
    /**
     * Results leave as the weights let them finish. Within a sub-stream they are in sequence order; across sub-streams
     * a heavy group's results overtake those of a light one.
     */
    WEIGHTED,

    /**
     * Global ingest order: 0, 1, 2, and so on. Every result waits for all before it, and holds its place in its group's
     * in-flight bound meanwhile, so a backlogged light group slows all others once their bounds are full: order costs
     * isolation.
     */
    SEQUENCE
}
