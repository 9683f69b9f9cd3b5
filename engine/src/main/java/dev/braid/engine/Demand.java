package dev.braid.engine;

/** Tells how many records groups have waiting. */
@FunctionalInterface
interface Demand {
    /** Returns the number of records of a group that wait to be handed over. */
    int waiting(int group);
}
