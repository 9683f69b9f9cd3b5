package dev.braid.engine;

/** Decides what happens to a record from the shared ingress whose group is at its in-flight bound. */
public enum Overload {
    /**
     * The record waits until there is room, and every record behind it in the shared ingress waits with it: nothing is lost. Groups
     * with an ingress of their own ({@link BraidEngine#ingress(String)}) do not wait, except behind records of the same sub-stream.
     */
    WAIT,

    /**
     * The record gets {@link Outcome#SHED} without being handled. It never enters its sub-stream, so it is merged before older
     * records of the sub-stream that are still in flight; {@link MergeOrder#SEQUENCE} puts it in its place.
     * <p>
     * Shedding is service, and charged to the group: one record for each, or with {@link CostModel#NANOSECONDS} the time that it
     * takes. A flood therefore costs other groups no more than the group's weight allows: between two of a group's batches, at most
     * as many records are shed as its batch has, and further records wait as with {@link #WAIT}. While the engine's thread has
     * nothing else to do, records are shed at once and without charge.
     */
    SHED
}
