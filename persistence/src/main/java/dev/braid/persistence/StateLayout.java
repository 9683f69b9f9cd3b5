package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Partitioner;
import java.nio.file.Path;
import java.util.List;
import org.agrona.collections.Int2IntHashMap;

/**
 * Finds the sub-stream to which state and results of earlier runs belong now. What was the same group, by its name, and the same
 * number within it, is the same sub-stream, wherever the group's sub-streams lie among those of all groups.
 * <p>
 * Where a group of that name is not there any more, a new one of another name has taken its place if it serves the same ids among
 * as many. For one thread.
 */
final class StateLayout<E> {
    /** There is no such sub-stream any more. */
    static final int GONE = -1;

    private final List<HandlerGroup<E>> described;
    private final SnapshotLayout now;
    /** {@code null} for nobody to be asked. */
    private final Partitioner<? super E> partitioner;

    private final Int2IntHashMap known = new Int2IntHashMap(Integer.MIN_VALUE);
    private List<JournalGroup> then = List.of();
    private boolean isSame;
    private boolean isMoved;

    StateLayout(List<HandlerGroup<E>> groups, String partitioning, Partitioner<? super E> partitioner) {
        this.described = groups;
        List<JournalGroup> layout = JournalGroup.layout(groups);
        int subStreams = layout.stream().mapToInt(JournalGroup::subStreams).sum();
        this.now = new SnapshotLayout(subStreams, partitioning, layout);
        this.partitioner = partitioner;
    }

    /** What snapshots say from now on. */
    SnapshotLayout now() {
        return now;
    }

    /**
     * The states of a snapshot are to be restored.
     *
     * @throws PartitioningMismatchException if some have no place.
     */
    void check(Path dir, SnapshotLayout snapshot) {
        isMoved = !snapshot.groups().isEmpty() && !names(snapshot.groups()).equals(names(now.groups()));
        boolean isPossible = snapshot.groups().isEmpty()
                ? snapshot.subStreams() == now.subStreams()
                : snapshot.groups().stream().allMatch(group -> first(snapshot.groups(), group) != GONE);
        if (!isPossible || !snapshot.partitioning().equals(now.partitioning())) {
            throw new PartitioningMismatchException(
                    "a snapshot of journal " + dir + " is of " + text(snapshot) + ", and the engine has " + text(now));
        }
    }

    private static String text(SnapshotLayout layout) {
        return layout.subStreams() + " sub-streams"
                + (layout.groups().isEmpty() ? "" : " of the groups " + names(layout.groups()))
                + ", partitioned by '" + layout.partitioning() + "'";
    }

    private static List<String> names(List<JournalGroup> groups) {
        return groups.stream()
                .map(group -> "'" + group.name() + "' of " + group.subStreams())
                .toList();
    }

    /**
     * Which sub-stream it is now.
     *
     * @param groups    of the engine then; none where that is not known, which is taken as being as now.
     * @param subStream its id then.
     * @return its id, {@link #GONE} if there is none.
     */
    int subStream(List<JournalGroup> groups, int subStream) {
        if (groups != then) {
            then = groups;
            isSame = names(groups).equals(names(now.groups()));
            known.clear();
        }
        if (isSame && subStream >= 0 && subStream < now.subStreams()) {
            return subStream;
        }
        int found = known.get(subStream);
        if (found == known.missingValue()) {
            found = find(groups, subStream);
            known.put(subStream, found);
        }
        return found;
    }

    private int find(List<JournalGroup> groups, int subStream) {
        if (groups.isEmpty()) {
            return isMoved || subStream >= now.subStreams() ? GONE : subStream;
        }
        JournalGroup group = group(groups, subStream);
        int first = group == null ? GONE : first(groups, group);
        return first == GONE ? GONE : first + subStream - group.firstSubStream();
    }

    /** The first id now of a group of then, {@link #GONE} if there is none. */
    private int first(List<JournalGroup> groups, JournalGroup group) {
        JournalGroup same = named(now.groups(), group.name());
        if (same == null) {
            same = group(now.groups(), group.firstSubStream());
            boolean isRenamed = same != null
                    && named(groups, same.name()) == null
                    && count(groups) == now.subStreams()
                    && same.firstSubStream() <= group.firstSubStream()
                    && same.contains(group.firstSubStream() + group.subStreams() - 1);
            return isRenamed ? group.firstSubStream() : GONE;
        }
        return same.subStreams() == group.subStreams() ? same.firstSubStream() : GONE;
    }

    private static long count(List<JournalGroup> groups) {
        return groups.stream().mapToLong(JournalGroup::subStreams).sum();
    }

    private static JournalGroup named(List<JournalGroup> groups, String name) {
        return groups.stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static JournalGroup group(List<JournalGroup> groups, int subStream) {
        return groups.stream()
                .filter(group -> group.contains(subStream))
                .findFirst()
                .orElse(null);
    }

    /**
     * The sub-stream that a result's record would get now, if it can be told: the one in which it is, if one of those says so that
     * may have been asked for it.
     *
     * @param subStream in which it is, by its id now.
     */
    int chosen(E record, int subStream) throws Exception {
        if (partitioner == null) {
            return subStream;
        }
        int own = own(record, subStream);
        if (own == subStream) {
            return subStream;
        }
        try {
            return partitioner.subStreamOf(record);
        } catch (Exception e) {
            if (own != GONE) {
                return own; // It came through the group's ingress, and is none of the shared one's.
            }
            throw e;
        }
    }

    /**
     * The sub-stream to whose state a result goes that is to be partitioned anew: that which its group's own partitioner chooses,
     * where the group has an ingress of its own, and else the engine's.
     *
     * @param groups    of the engine when it was written.
     * @param subStream in which it was then.
     */
    int repartitioned(E record, List<JournalGroup> groups, int subStream) throws Exception {
        JournalGroup group = group(groups, subStream);
        JournalGroup same = group == null ? null : named(now.groups(), group.name());
        int own = same == null ? GONE : own(record, same.firstSubStream());
        return own != GONE ? own : partitioner.subStreamOf(record);
    }

    /** What a group's own partitioner says, {@link #GONE} if its records come through the shared ingress only. */
    private int own(E record, int subStream) throws Exception {
        int first = 0;
        for (HandlerGroup<E> group : described) {
            int next = first + group.subStreams();
            if (subStream < next) {
                if (!group.hasOwnIngress() || group.partitioner().isEmpty()) {
                    return GONE;
                }
                int answer = group.partitioner().get().subStreamOf(record);
                return answer < 0 || answer >= group.subStreams() ? GONE : first + answer;
            }
            first = next;
        }
        return GONE;
    }

    /** For messages: what the engine has. */
    @Override
    public String toString() {
        return "the groups " + names(now.groups()) + " sub-streams";
    }
}
