package dev.braid.persistence;

import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Partitioner;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the sub-stream to which state and results of earlier runs belong in an engine: the one that has their {@link SubStreamIds id}
 * now, or where keys are partitioned anew, the one that a partitioner chooses. For one thread.
 */
final class StateLayout<E> {
    private final List<HandlerGroup<E>> described;
    private final SnapshotLayout now;
    /** {@code null} for nobody to be asked. */
    private final Partitioner<? super E> partitioner;

    StateLayout(List<HandlerGroup<E>> groups, String partitioning, Partitioner<? super E> partitioner) {
        this.described = groups;
        List<JournalGroup> layout = JournalGroup.layout(groups);
        int subStreams = layout.stream().mapToInt(JournalGroup::subStreams).sum();
        this.now = new SnapshotLayout(subStreams, partitioning, layout);
        this.partitioner = partitioner;
    }

    /** Returns the layout of snapshots from now on. */
    SnapshotLayout now() {
        return now;
    }

    /**
     * Checks that the states of a snapshot can be restored.
     *
     * @param ids that sub-streams have in the engine.
     * @throws PartitioningMismatchException if some have no place.
     */
    void check(Path dir, SnapshotHeader header, SubStreamIds ids) {
        SnapshotLayout snapshot = header.layout();
        if (!ids.restores(header) || !snapshot.partitioning().equals(now.partitioning())) {
            throw new PartitioningMismatchException("a snapshot of journal " + dir + " is of " + text(snapshot)
                    + ", and the engine has " + text(now) + ids.firstGone(header));
        }
    }

    private static String text(SnapshotLayout layout) {
        return layout.subStreams() + " sub-streams"
                + (layout.groups().isEmpty() ? "" : " of the groups " + SubStreamIds.names(layout.groups()))
                + ", partitioned by '" + layout.partitioning() + "'";
    }

    /**
     * Returns the sub-stream that a result's record would get now, if it can be told: the one in which it is, if one of those says so that
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
            if (own != SubStreamIds.GONE) {
                return own; // It came through the group's ingress, and is none of the shared one's.
            }
            throw e;
        }
    }

    /**
     * Returns the sub-stream to whose state a result goes that is to be partitioned anew: that which its group's own partitioner chooses,
     * where the group has an ingress of its own, and else the engine's.
     *
     * @param same its group, as it is now; {@code null} if that is gone.
     */
    int repartitioned(E record, JournalGroup same) throws Exception {
        int own = same == null ? SubStreamIds.GONE : own(record, same.firstSubStream());
        return own != SubStreamIds.GONE ? own : partitioner.subStreamOf(record);
    }

    /** Returns the choice of a group's own partitioner, {@link SubStreamIds#GONE} if it has no ingress of its own. */
    private int own(E record, int subStream) throws Exception {
        int first = 0;
        for (HandlerGroup<E> group : described) {
            int next = first + group.subStreams();
            if (subStream < next) {
                if (!group.hasOwnIngress() || group.partitioner().isEmpty()) {
                    return SubStreamIds.GONE;
                }
                int answer = group.partitioner().get().subStreamOf(record);
                return answer < 0 || answer >= group.subStreams() ? SubStreamIds.GONE : first + answer;
            }
            first = next;
        }
        return SubStreamIds.GONE;
    }
}
