package dev.braid.persistence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.collections.Int2IntHashMap;

/**
 * Finds the id that a sub-stream of earlier runs has now. A sub-stream is known by the name of its group and its number within the
 * group, wherever the group's sub-streams lie among those of all groups.
 * <p>
 * If no group has that name any more, a new group of another name has taken its place if it serves the same ids among an equal
 * number of sub-streams. For one thread.
 */
final class SubStreamIds {
    /** Id if the sub-stream does not exist any more. */
    static final int GONE = -1;

    private final List<JournalGroup> now;
    private final int subStreams;
    private final Int2IntHashMap known = new Int2IntHashMap(Integer.MIN_VALUE);
    private final Map<String, Integer> idsOfGone = new HashMap<>();
    private List<JournalGroup> then = List.of();
    private boolean isSame;
    private boolean isMoved;

    /** @param now groups of the engine; none where that is not known: then every id stays as it is. */
    SubStreamIds(List<JournalGroup> now) {
        this.now = now;
        this.subStreams = now.isEmpty() ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, count(now));
    }

    /** Returns the ids of the run before, by the newest segment that names groups. */
    static SubStreamIds ofRunBefore(Timeline timeline) {
        return new SubStreamIds(timeline.newestGroups());
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

    /**
     * Why a snapshot's states cannot be given to sub-streams, whichever these are. One of version 1 or 2 does not name its groups, so
     * it is used only where no segment since then names others than there are now.
     */
    Optional<String> whyNot(SnapshotHeader header, Timeline timeline) {
        if (!header.layout().groups().isEmpty() || now.isEmpty()) {
            return Optional.empty();
        }
        long segment = header.place() == null ? 0 : header.place().segment();
        Optional<List<JournalGroup>> other = timeline.groupsFrom(segment).stream()
                .filter(groups -> !areSame(groups, now))
                .findFirst();
        return other.map(
                groups -> "it is of version 1 or 2, which does not name groups, and these were moved since, from "
                        + names(groups) + " sub-streams to " + names(now)
                        + ": the state is rebuilt without it; where that cannot be"
                        + " done, start once with the groups as they were, for the next snapshot names them");
    }

    /** The states of a snapshot are restored. Returns whether all of them have a place. */
    boolean restores(SnapshotLayout snapshot) {
        List<JournalGroup> groups = snapshot.groups();
        isMoved = !groups.isEmpty() && !areSame(groups, now);
        return groups.isEmpty()
                ? now.isEmpty() || snapshot.subStreams() == subStreams
                : now.isEmpty() || groups.stream().allMatch(group -> first(groups, group) != GONE);
    }

    /**
     * Which sub-stream it is now.
     *
     * @param groups    handler groups of the engine then; none where that is not known, which is taken as being as now.
     * @param subStream its id then.
     * @return its id, {@link #GONE} if there is none.
     */
    int now(List<JournalGroup> groups, int subStream) {
        if (groups != then) {
            then = groups;
            isSame = now.isEmpty() || areSame(groups, now);
            known.clear();
        }
        if (isSame && subStream >= 0 && subStream < subStreams) {
            return subStream;
        }
        int found = known.get(subStream);
        if (found == known.missingValue()) {
            found = find(groups, subStream);
            known.put(subStream, found);
        }
        return found;
    }

    /** Which sub-stream it is now; one that is gone has an id of its own, above all others. */
    int nowOrOwn(List<JournalGroup> groups, int subStream) {
        int id = now(groups, subStream);
        if (id != GONE || subStream < 0) {
            return id;
        }
        JournalGroup group = group(groups, subStream);
        String name =
                group == null ? "" + subStream : names(List.of(group)) + " " + (subStream - group.firstSubStream());
        return idsOfGone.computeIfAbsent(name, any -> subStreams + idsOfGone.size());
    }

    private int find(List<JournalGroup> groups, int subStream) {
        if (groups.isEmpty()) {
            return isMoved || subStream >= subStreams ? GONE : subStream;
        }
        JournalGroup group = group(groups, subStream);
        int first = group == null ? GONE : first(groups, group);
        return first == GONE ? GONE : first + subStream - group.firstSubStream();
    }

    /** Returns the present first id of an earlier group, {@link #GONE} if there is none. */
    private int first(List<JournalGroup> groups, JournalGroup group) {
        JournalGroup same = named(now, group.name());
        if (same == null) {
            same = group(now, group.firstSubStream());
            boolean isRenamed = same != null
                    && named(groups, same.name()) == null
                    && count(groups) == subStreams
                    && same.firstSubStream() <= group.firstSubStream()
                    && same.contains(group.firstSubStream() + group.subStreams() - 1);
            return isRenamed ? group.firstSubStream() : GONE;
        }
        return same.subStreams() == group.subStreams() ? same.firstSubStream() : GONE;
    }

    private static long count(List<JournalGroup> groups) {
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
