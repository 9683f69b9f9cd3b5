package dev.braid.persistence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.collections.Int2IntHashMap;

/**
 * Finds the id that a sub-stream of earlier runs has now, and its group: follows it from each run to the next one with other groups,
 * as {@link Regrouping} says, for a name may have been another group's in between. For one thread.
 */
final class SubStreamIds {
    /** Id if the sub-stream does not exist any more. */
    static final int GONE = -1;

    private static final long NOW = Long.MAX_VALUE;

    private final Timeline timeline;
    private final GroupHistory history;
    private final List<JournalGroup> now;
    private final int subStreams;
    private final Int2IntHashMap known = new Int2IntHashMap(Integer.MIN_VALUE);
    private final Map<String, Integer> idsOfGone = new HashMap<>();
    private SegmentGroups then;
    /** From then to now. */
    private List<Regrouping> path = List.of();

    private boolean isSame;
    /** Whether groups were not named then, and were moved since. */
    private boolean isUnclear;

    /** Whether a snapshot was restored whose groups have moved since. */
    private boolean isMoved;

    /** @param now groups of the engine; none where that is not known: then every id is that of the newest run that names groups. */
    SubStreamIds(Timeline timeline, List<JournalGroup> now) {
        this.timeline = timeline;
        this.history = new GroupHistory(timeline);
        this.now = now;
        this.subStreams = now.isEmpty() ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, count(now));
    }

    /** Returns the ids of the run before, by the newest segment that names groups. */
    static SubStreamIds ofRunBefore(Timeline timeline) {
        return new SubStreamIds(timeline, timeline.newestGroups());
    }

    /** Returns the groups of the engine; none where that is not known. */
    List<JournalGroup> now() {
        return now;
    }

    /** Weights do not matter. */
    static boolean areSame(List<JournalGroup> some, List<JournalGroup> others) {
        return names(some).equals(names(others));
    }

    /** Returns the names of groups and their numbers of sub-streams, for messages. */
    static List<String> names(List<JournalGroup> groups) {
        return groups.stream()
                .map(group -> "'" + group.name() + "' of " + group.subStreams())
                .toList();
    }

    /** Tells whether some run had other groups than there are now. */
    boolean hasMoved() {
        return history.after(-1).stream().anyMatch(one -> !areSame(one.groups(), now));
    }

    /**
     * Why a snapshot's states cannot be given to sub-streams, whichever these are. One of version 1 or 2 does not name its groups, so
     * it is used only where no segment since then names others than there are now.
     */
    Optional<String> whyNot(SnapshotHeader header) {
        if (!header.layout().groups().isEmpty() || now.isEmpty()) {
            return Optional.empty();
        }
        Optional<SegmentGroups> other = history.after(segmentOf(header) - 1).stream()
                .filter(one -> !areSame(one.groups(), now))
                .findFirst();
        return other.map(one -> "it is of version 1 or 2, which does not name groups, and these were moved since, from "
                + names(one.groups()) + " sub-streams to " + names(now)
                + ": the state is rebuilt without it; where that cannot be"
                + " done, start once with the groups as they were, for the next snapshot names them");
    }

    /** The states of a snapshot are restored. Returns whether all of them have a place. */
    boolean restores(SnapshotHeader header) {
        SegmentGroups groups = groupsOf(header);
        isMoved = !now.isEmpty() && !groups.groups().isEmpty() && !areSame(groups.groups(), now);
        return groups.groups().isEmpty()
                ? now.isEmpty() || header.layout().subStreams() == subStreams
                : groups.groups().stream().allMatch(group -> now(groups, group.firstSubStream()) != GONE);
    }

    /**
     * Returns the groups of a snapshot, and since when they are followed: from the segment that it goes up to, which its run wrote.
     * A salvaged one goes up to the journal's end, whichever run wrote that.
     */
    SegmentGroups groupsOf(SnapshotHeader header) {
        List<JournalGroup> groups = header.layout().groups();
        long segment = segmentOf(header);
        if (groups.isEmpty()) {
            return new SegmentGroups(segment - 1, groups);
        }
        SegmentGroups last = areSame(timeline.headGroups(segment), groups) ? null : history.lastAs(groups, segment);
        return new SegmentGroups(last == null ? segment : last.segment(), groups);
    }

    private static long segmentOf(SnapshotHeader header) {
        return header.place() == null ? 0 : header.place().segment();
    }

    /**
     * Which sub-stream it is now.
     *
     * @param groups    handler groups of the engine then; none where that is not known, which is taken as being as now.
     * @param subStream its id then.
     * @return its id, {@link #GONE} if there is none.
     */
    int now(SegmentGroups groups, int subStream) {
        follow(groups);
        if (isSame && subStream >= 0 && subStream < subStreams) {
            return subStream;
        }
        int found = known.get(subStream);
        if (found == known.missingValue()) {
            found = find(subStream);
            known.put(subStream, found);
        }
        return found;
    }

    /** Which sub-stream it is now; one that is gone has an id of its own, above all others. */
    int nowOrOwn(SegmentGroups groups, int subStream) {
        int id = now(groups, subStream);
        return id != GONE || subStream < 0
                ? id
                : idsOfGone.computeIfAbsent(lastPlace(subStream), any -> subStreams + idsOfGone.size());
    }

    /** Which group it is now that had a sub-stream then, {@code null} if it is gone. Its number of sub-streams does not matter. */
    JournalGroup groupNow(SegmentGroups groups, int subStream) {
        follow(groups);
        JournalGroup group = group(groups.groups(), subStream);
        for (Regrouping regrouping : path) {
            group = group == null ? null : regrouping.follow(group);
        }
        return group;
    }

    private void follow(SegmentGroups groups) {
        if (groups == then) {
            return;
        }
        then = groups;
        known.clear();
        List<SegmentGroups> later = new ArrayList<>(history.after(groups.segment()));
        if (!now.isEmpty()) {
            later.add(new SegmentGroups(NOW, now));
        }
        boolean isNamed = !groups.groups().isEmpty();
        path = isNamed ? path(groups.groups(), later) : List.of();
        isSame = isNamed && path.isEmpty();
        isUnclear = !isNamed && !now.isEmpty() && later.stream().anyMatch(one -> !areSame(one.groups(), now));
    }

    private static List<Regrouping> path(List<JournalGroup> first, List<SegmentGroups> later) {
        List<Regrouping> path = new ArrayList<>();
        List<JournalGroup> last = first;
        for (SegmentGroups next : later) {
            if (!areSame(last, next.groups())) {
                path.add(new Regrouping(last, next));
                last = next.groups();
            }
        }
        return path;
    }

    private int find(int subStream) {
        if (then.groups().isEmpty()) {
            return isMoved || isUnclear || subStream >= subStreams ? GONE : subStream;
        }
        int id = group(then.groups(), subStream) == null ? GONE : subStream;
        for (Regrouping regrouping : path) {
            id = id == GONE ? GONE : regrouping.follow(id);
        }
        return id;
    }

    /** Tells the places of those that are gone from each other: which groups come after it, and its id before. */
    private String lastPlace(int subStream) {
        int id = subStream;
        for (Regrouping regrouping : path) {
            int next = regrouping.follow(id);
            if (next == GONE) {
                return id + " before segment " + regrouping.next().segment();
            }
            id = next;
        }
        return "" + subStream;
    }

    /** Returns the group that the first of a snapshot's groups which are gone had at last, for messages; empty if none is gone. */
    String firstGone(SnapshotHeader header) {
        SegmentGroups groups = groupsOf(header);
        return groups.groups().stream()
                .filter(group -> now(groups, group.firstSubStream()) == GONE)
                .findFirst()
                .map(group -> "; the first without a place is '" + group.name() + "'"
                        + lastSeen(groups, group.firstSubStream()))
                .orElse("");
    }

    /** Returns the group that a sub-stream had at last which is gone, for messages; empty if that is not known. */
    String lastSeen(SegmentGroups groups, int subStream) {
        follow(groups);
        int id = subStream;
        for (Regrouping regrouping : path) {
            int next = regrouping.follow(id);
            JournalGroup last = group(regrouping.before(), id);
            if (next == GONE && last != null) {
                return "; it was of group '" + last.name() + "' at last, which has no place among the groups "
                        + names(regrouping.next().groups())
                        + (regrouping.next().segment() == NOW
                                ? ""
                                : " of segment " + regrouping.next().segment());
            }
            id = next;
        }
        return "";
    }

    static long count(List<JournalGroup> groups) {
        return groups.stream().mapToLong(JournalGroup::subStreams).sum();
    }

    /** Returns the group of this name, {@code null} if there is none. */
    static JournalGroup named(List<JournalGroup> groups, String name) {
        for (JournalGroup group : groups) {
            if (group.name().equals(name)) {
                return group;
            }
        }
        return null;
    }

    /** Returns the group that has a sub-stream, {@code null} if none has. */
    static JournalGroup group(List<JournalGroup> groups, int subStream) {
        for (JournalGroup group : groups) {
            if (group.contains(subStream)) {
                return group;
            }
        }
        return null;
    }

    /** Returns the present groups, for messages. */
    @Override
    public String toString() {
        return "the groups " + names(now) + " sub-streams";
    }
}
