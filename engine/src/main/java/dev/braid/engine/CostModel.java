package dev.braid.engine;

/** What a group is charged for its service. */
public enum CostModel {
    /** Every record costs the same: groups share the number of records. */
    RECORDS,

    /**
     * A batch costs the nanoseconds that its handlers took, and the merge of the results that it set free, measured once
     * per batch: groups share time, whatever their handlers cost. In {@link MergeOrder#SEQUENCE} a batch may set results
     * of other groups free. A batch costs at least a nanosecond per record, so that a coarse clock lets nobody
     * work for nothing.
     */
    NANOSECONDS
}
