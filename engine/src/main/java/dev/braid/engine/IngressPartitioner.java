package dev.braid.engine;

import java.util.List;

/**
 * Finds the sub-streams of records that come through one ingress, or belong to one group: checks the partitioner's answers, and
 * turns them into ids.
 */
final class IngressPartitioner<E> {
    private final Partitioner<? super E> partitioner;
    private final int first;
    private final int subStreams;
    /** {@code null} if the partitioner returns ids of all groups. */
    private final String group;

    private IngressPartitioner(Partitioner<? super E> partitioner, int first, int subStreams, String group) {
        this.partitioner = partitioner;
        this.first = first;
        this.subStreams = subStreams;
        this.group = group;
    }

    /** Makes one for a partitioner that returns numbers within a group. */
    static <E> IngressPartitioner<E> within(HandlerGroup<E> group, Partitioner<? super E> partitioner, int first) {
        return new IngressPartitioner<>(partitioner, first, group.subStreams(), group.name());
    }

    /**
     * Makes one for every ingress of an engine, the shared one first, then those of the groups; {@code null} for an ingress that
     * the engine does not have.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static <E> IngressPartitioner<E>[] ofAll(List<HandlerGroup<E>> groups, Partitioner<? super E> partitioner) {
        int subStreams = groups.stream().mapToInt(HandlerGroup::subStreams).sum();
        IngressPartitioner<E>[] all = new IngressPartitioner[groups.size() + 1];
        if (partitioner != null || subStreams == 1) {
            Partitioner<? super E> shared = partitioner != null ? partitioner : record -> 0;
            all[0] = new IngressPartitioner<>(shared, 0, subStreams, null);
        }
        int first = 0;
        for (int i = 0; i < groups.size(); i++) {
            HandlerGroup<E> group = groups.get(i);
            if (group.hasOwnIngress()) {
                boolean byEngine = group.partitioner().isEmpty() && partitioner != null;
                all[i + 1] = byEngine ? all[0] : within(group, group.partitionerOrOnly(), first);
            }
            first += group.subStreams();
        }
        return all;
    }

    /**
     * Returns the sub-stream of a record.
     *
     * @throws Exception if the partitioner threw, or its answer is out of range.
     */
    int subStreamOf(E record) throws Exception {
        int answer = partitioner.subStreamOf(record);
        if (answer < 0 || answer >= subStreams) {
            throw outOfRange(answer);
        }
        return first + answer;
    }

    private NoSuchSubStreamException outOfRange(int answer) {
        return new NoSuchSubStreamException(
                group == null
                        ? "the partitioner answered sub-stream " + answer + ", but the groups serve 0 to "
                                + (subStreams - 1)
                        : "the partitioner of group '" + group + "' answered " + answer
                                + ", but its sub-streams are 0 to " + (subStreams - 1));
    }
}
