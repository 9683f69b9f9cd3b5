package dev.braid.persistence;

import java.util.List;

/**
 * From the groups of one run to those of the next one with others. A group is known by its name, wherever its sub-streams lie among
 * those of all groups, and a sub-stream by its number within its group. If no group has that name any more, a new group of another
 * name has taken its place if it serves the same ids among an equal number of sub-streams.
 *
 * @param before groups of the earlier run.
 * @param next   those of the later one, and the segment from which on it had them.
 */
record Regrouping(List<JournalGroup> before, SegmentGroups next) {
    /** Returns the later group that an earlier one is, {@code null} if there is none. */
    JournalGroup follow(JournalGroup group) {
        List<JournalGroup> later = next.groups();
        JournalGroup same = SubStreamIds.named(later, group.name());
        if (same != null) {
            return same;
        }
        JournalGroup other = SubStreamIds.group(later, group.firstSubStream());
        boolean isRenamed = other != null
                && SubStreamIds.named(before, other.name()) == null
                && SubStreamIds.count(before) == SubStreamIds.count(later)
                && other.firstSubStream() <= group.firstSubStream()
                && other.contains(group.firstSubStream() + group.subStreams() - 1);
        return isRenamed ? other : null;
    }

    /** Returns the later id of an earlier sub-stream, {@link SubStreamIds#GONE} if there is none. */
    int follow(int subStream) {
        JournalGroup group = SubStreamIds.group(before, subStream);
        JournalGroup later = group == null ? null : follow(group);
        if (later == null) {
            return SubStreamIds.GONE;
        }
        if (!later.name().equals(group.name())) {
            return subStream;
        }
        return later.subStreams() == group.subStreams()
                ? later.firstSubStream() + subStream - group.firstSubStream()
                : SubStreamIds.GONE;
    }
}
