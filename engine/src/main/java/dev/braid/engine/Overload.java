package dev.braid.engine;

/** What becomes of a record from the shared ingress whose group is at its in-flight bound. */
public enum Overload {
    /**
     * It waits until there is room, and all behind it in the shared ingress wait with it: nothing is lost. Groups with an
     * ingress of their own ({@link BraidEngine#ingress(String)}) do not wait, but for records of the same sub-stream.
     */
    WAIT,

    /**
     * It gets {@link Outcome#SHED} at once, unhandled, as a result of its own: it never enters its sub-stream, and so is
     * merged before older records of the sub-stream that are still in flight ({@link MergeOrder#SEQUENCE} puts it in its
     * place). Nobody waits.
     */
    SHED
}
