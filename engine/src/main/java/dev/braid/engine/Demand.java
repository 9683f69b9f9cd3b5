package dev.braid.engine;

/** How much groups ask for. */
@FunctionalInterface
interface Demand {
    /** How many records of a group wait to be handed over. */
    int waiting(int group);
}
