package dev.braid.engine;

import java.util.ArrayList;
import java.util.List;

/** The groups of an engine and their sub-streams, made from the user's description. */
final class Layout<E> {
    final Group<E>[] groups;
    /** By id. */
    final SubStream<E>[] subStreams;

    final int[] weights;
    final int inFlightBound;
    final EngineCounters counters;
    final List<GroupStats> stats;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Layout(List<HandlerGroup<E>> described, int[] bounds, int workers) {
        int count = described.size();
        this.groups = new Group[count];
        this.subStreams = new SubStream
                [described.stream().mapToInt(HandlerGroup::subStreams).sum()];
        this.weights = described.stream().mapToInt(HandlerGroup::weight).toArray();
        this.counters =
                new EngineCounters(described.stream().map(HandlerGroup::name).toArray(String[]::new));
        long totalWeight = described.stream().mapToLong(HandlerGroup::weight).sum();
        List<GroupStats> stats = new ArrayList<>();
        int inFlight = 0;
        int id = 0;
        for (int i = 0; i < count; i++) {
            HandlerGroup<E> group = described.get(i);
            groups[i] = new Group<>(i, group.name(), bounds[i], group.sheds(), subStreams, counters);
            for (int k = 0; k < group.subStreams(); k++, id++) {
                subStreams[id] = new SubStream<>(id, groups[i], group.newHandler(id));
            }
            double dueShare = (double) weights[i] / totalWeight;
            stats.add(new GroupStats(i, group.name(), weights[i], dueShare, bounds[i], counters));
            inFlight += bounds[i];
        }
        this.inFlightBound = inFlight;
        this.stats = List.copyOf(stats);
    }
}
