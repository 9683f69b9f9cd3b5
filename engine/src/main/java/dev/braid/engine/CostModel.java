package dev.braid.engine;

/** Sets what a group is charged for its service. Groups share the unit by weight. */
public enum CostModel {
    /** Every record costs 1: groups share the number of records. */
    RECORDS,

    /**
     * A batch costs the nanoseconds that its handlers took, plus the merge of the results that it released, measured once per
     * batch: groups share time, whatever their handlers cost. In {@link MergeOrder#SEQUENCE} a batch may release results of other
     * groups. A batch costs at least one nanosecond per record, so that a coarse clock never charges zero.
     */
    NANOSECONDS
}
