package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.EngineCounters.PerGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The groups of an engine and their sub-streams, made from the user's description. */
final class EngineLayout<E> {
    final GroupState<E>[] groups;
    /** By id. */
    final SubStream<E>[] subStreams;

    private final Map<String, GroupState<E>> byName = new HashMap<>();

    final int[] weights;
    final int inFlightBound;
    /** Sum over the groups that have ingresses of their own. */
    final int ownInFlightBound;

    final EngineCounters counters;
    final DueShares dueShares;

    @SuppressWarnings({"unchecked", "rawtypes"})
    EngineLayout(EngineConfig<E> config, List<ThreadRole> threads, CountersFile memory) {
        List<HandlerGroup<E>> described = config.groups;
        int[] bounds = config.inFlightBounds();
        int[] sizes = described.stream().mapToInt(HandlerGroup::subStreams).toArray();
        String[] names = described.stream().map(HandlerGroup::name).toArray(String[]::new);
        this.groups = new GroupState[names.length];
        this.subStreams = new SubStream[IntStream.of(sizes).sum()];
        this.weights = described.stream().mapToInt(HandlerGroup::weight).toArray();
        this.inFlightBound = IntStream.of(bounds).sum();
        this.ownInFlightBound = IntStream.range(0, bounds.length)
                .filter(i -> described.get(i).hasOwnIngress())
                .map(i -> bounds[i])
                .sum();
        this.counters = new EngineCounters(
                threads.stream().map(ThreadRole::threadName).toArray(String[]::new),
                names,
                config.gauges.keySet().toArray(String[]::new),
                memory);
        this.dueShares = new DueShares(config, counters);
        int id = 0;
        for (int i = 0; i < names.length; i++) {
            HandlerGroup<E> group = described.get(i);
            ErrorPolicy policy = group.errorPolicyOr(config.errorPolicy);
            groups[i] = new GroupState<>(i, group, bounds[i], policy, subStreams, counters);
            byName.put(names[i], groups[i]);
            counters.set(i, PerGroup.IN_FLIGHT_BOUND, bounds[i]);
            for (int k = 0; k < sizes[i]; k++, id++) {
                subStreams[id] = new SubStream<>(id, groups[i], group.newHandler(k));
            }
        }
    }

    /** @throws IllegalArgumentException if there is no group of this name. */
    GroupState<E> group(String name) {
        GroupState<E> group = byName.get(name);
        if (group == null) {
            throw new IllegalArgumentException("there is no group '" + name + "'");
        }
        return group;
    }

    /** Returns the handlers, by the sub-stream's id. */
    List<EventHandler<? super E>> handlers() {
        List<EventHandler<? super E>> handlers = new ArrayList<>();
        for (SubStream<E> subStream : subStreams) {
            handlers.add(subStream.handler);
        }
        return handlers;
    }
}
