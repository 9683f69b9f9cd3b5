package dev.braid.persistence;

import java.util.List;

/**
 * Handler groups of an engine as of a segment of a journal. The same groups may have had other places before or after it.
 *
 * @param segment number of the segment.
 * @param groups  in the order of their sub-streams; empty if none were recorded.
 */
record SegmentGroups(long segment, List<JournalGroup> groups) {
    /** Of no segment. */
    static final SegmentGroups NONE = new SegmentGroups(-1, List.of());
}
