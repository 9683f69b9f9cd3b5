package dev.braid.engine;

/** What a group is charged for its service. */
public enum CostModel {
    /** Every record costs the same: groups share the number of records. */
    RECORDS,

    /**
     * A batch costs the nanoseconds that its handlers and the merge took, measured once per batch: groups share time,
     * whatever their handlers cost. A batch costs at least a nanosecond per record, so that a coarse clock lets nobody
     * work for nothing.
     */
    NANOSECONDS
}
