package dev.braid.engine;

/** What becomes of a record from the shared ingress whose group is at its in-flight bound. */
public enum Overload {
    /**
     * It waits until there is room, and all behind it in the shared ingress wait with it: nothing is lost. Groups with an
     * ingress of their own ({@link BraidEngine#ingress(String)}) do not wait, but for records of the same sub-stream.
     */
    WAIT,

    /**
     * It gets {@link Outcome#SHED}, unhandled, as a result of its own: it never enters its sub-stream, and so is merged before
     * older records of the sub-stream that are still in flight ({@link MergeOrder#SEQUENCE} puts it in its place).
     * <p>
     * Shedding is service, and charged to the group: one record for each, or with {@link CostModel#NANOSECONDS} the time that it
     * takes. So a flood costs other groups no more than the group's weight allows: between two of their batches at most as many
     * records are shed as a batch of the group has. Until then the record waits, as with {@link #WAIT}. While the engine's thread
     * has nothing else to do, it is shed at once, and nobody is charged.
     */
    SHED
}
