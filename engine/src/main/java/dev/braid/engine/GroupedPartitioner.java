package dev.braid.engine;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.agrona.collections.Object2IntHashMap;

/**
 * Asks for the name of a record's group, then for the number of a sub-stream within that group. Its answers are valid for the
 * groups that it was made for, in their order: {@link EngineBuilder#build()} refuses an engine with other groups.
 */
final class GroupedPartitioner<E> implements Partitioner<E> {
    private final List<String> groups;
    private final Function<? super E, String> groupOf;
    /** By name: the group's place. */
    private final Object2IntHashMap<String> places = new Object2IntHashMap<>(Partitioner.NO_SUB_STREAM);

    private final IngressPartitioner<E>[] within;
    private final boolean asksGroups;

    /**
     * @param within     makes the partitioner within a group.
     * @param asksGroups whether these are the groups' own partitioners.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    GroupedPartitioner(
            List<? extends HandlerGroup<E>> groups,
            Function<? super E, String> groupOf,
            Function<HandlerGroup<E>, Partitioner<? super E>> within,
            boolean asksGroups) {
        this.groups = described(groups);
        this.groupOf = Objects.requireNonNull(groupOf, "groupOf");
        this.within = new IngressPartitioner[groups.size()];
        this.asksGroups = asksGroups;
        int first = 0;
        for (int i = 0; i < this.within.length; i++) {
            HandlerGroup<E> group = groups.get(i);
            if (places.put(group.name(), i) != places.missingValue()) {
                throw new IllegalArgumentException("two groups have the name '" + group.name() + "'");
            }
            this.within[i] = IngressPartitioner.within(group, within.apply(group), first);
            first += group.subStreams();
        }
    }

    @Override
    public int subStreamOf(E record) throws Exception {
        String name = groupOf.apply(record);
        int place = name == null ? places.missingValue() : places.getValue(name);
        if (place == places.missingValue()) {
            throw new NoSuchSubStreamException(
                    "there is no group '" + name + "': the groups are " + String.join(", ", places.keySet()));
        }
        return within[place].subStreamOf(record);
    }

    boolean asksGroups() {
        return asksGroups;
    }

    /** @throws IllegalArgumentException if these are not the groups that it was made for. */
    void checkServes(List<? extends HandlerGroup<?>> others) {
        List<String> found = described(others);
        if (!groups.equals(found)) {
            throw new IllegalArgumentException(
                    "the partitioner is for the groups " + groups + ", but the engine has " + found);
        }
    }

    private static List<String> described(List<? extends HandlerGroup<?>> groups) {
        return groups.stream()
                .map(group -> "'" + group.name() + "' of " + group.subStreams() + " sub-streams")
                .toList();
    }
}
