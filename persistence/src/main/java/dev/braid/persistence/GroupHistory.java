package dev.braid.persistence;

import java.util.ArrayList;
import java.util.List;

/**
 * Handler groups that the runs of a journal had, one after the other, as the segments tell that these runs wrote. Read from the
 * journal only as far back as it is asked for. For one thread.
 */
final class GroupHistory {
    private final Timeline timeline;
    /** Where groups become others, in order; the first one is where reading began. */
    private final List<SegmentGroups> changes = new ArrayList<>();

    private long readFrom = Long.MAX_VALUE;

    GroupHistory(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Returns the groups that follow after a segment, each other than those before. The first may be those of that segment. */
    List<SegmentGroups> after(long segment) {
        read(segment + 1);
        return changes.stream().filter(one -> one.segment() > segment).toList();
    }

    /** Returns where groups were last as these are, not after a segment; {@code null} if they never were. */
    SegmentGroups lastAs(List<JournalGroup> groups, long segment) {
        SegmentGroups last = null;
        for (SegmentGroups one : after(-1)) {
            if (one.segment() <= segment && SubStreamIds.areSame(one.groups(), groups)) {
                last = one;
            }
        }
        return last;
    }

    private void read(long from) {
        if (from >= readFrom) {
            return;
        }
        List<SegmentGroups> later = List.copyOf(changes);
        changes.clear();
        timeline.groupsFrom(from, readFrom).forEach(this::add);
        later.forEach(this::add);
        readFrom = from;
    }

    private void add(SegmentGroups next) {
        SegmentGroups last = changes.isEmpty() ? SegmentGroups.NONE : changes.get(changes.size() - 1);
        if (!SubStreamIds.areSame(last.groups(), next.groups())) {
            changes.add(next);
        }
    }
}
