package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * A handler group as the user describes it: a name, a weight, and how many sub-streams it serves, each with a handler
 * of its own. Immutable.
 * <p>
 * Sub-stream ids are given out in the order in which groups are added to the builder: the first group with {@code k}
 * sub-streams has the ids {@code 0} to {@code k - 1}, the next one goes on from {@code k}.
 *
 * @param <E> type of the records.
 */
public final class HandlerGroup<E> {
    /** The largest weight. */
    public static final int MAX_WEIGHT = 1 << 20;

    static final int DEFAULT_IN_FLIGHT = 0;

    private final String name;
    private final int weight;
    private final int subStreams;
    private final IntFunction<? extends EventHandler<? super E>> handlers;
    private final int inFlight;
    private final Overload overload;

    private HandlerGroup(
            String name,
            int weight,
            int subStreams,
            IntFunction<? extends EventHandler<? super E>> handlers,
            int inFlight,
            Overload overload) {
        this.name = name;
        this.weight = weight;
        this.subStreams = subStreams;
        this.handlers = handlers;
        this.inFlight = inFlight;
        this.overload = overload;
    }

    /**
     * Describe a group.
     *
     * @param name       unique within the engine.
     * @param weight     1 to {@link #MAX_WEIGHT}; while groups are backlogged, each gets {@code weight / sum of weights}.
     * @param subStreams how many sub-streams it serves, at least one.
     * @param handlers   makes the handler of a sub-stream, given the sub-stream's id; called once per sub-stream by
     *                   {@link EngineBuilder#build()}. A handler instance that is returned more than once gets the
     *                   records of several sub-streams; with {@link ThreadingMode#DEDICATED} it may be called by
     *                   several workers at a time. Handlers run on the engine's thread, or on workers' threads. Their
     *                   {@code onStart}, {@code onBatchStart}, {@code onEvent} with {@code endOfBatch} and
     *                   {@code onShutdown} are called as by the Disruptor, where a batch is a run of consecutive records
     *                   of the one sub-stream; {@code onTimeout} and {@code setSequenceCallback} are not called.
     * @param <E>        type of the records.
     * @return the group.
     */
    public static <E> HandlerGroup<E> of(
            String name, int weight, int subStreams, IntFunction<? extends EventHandler<? super E>> handlers) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(handlers, "handlers");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a group's name must not be blank: '" + name + "'");
        }
        checkWeight(name, weight);
        if (subStreams < 1) {
            throw new IllegalArgumentException("group '" + name + "' must serve at least 1 sub-stream: " + subStreams);
        }
        return new HandlerGroup<>(name, weight, subStreams, handlers, DEFAULT_IN_FLIGHT, Overload.WAIT);
    }

    /**
     * This group with a bound of its own on its records in flight: not yet merged, and tagged or published through the
     * group's own ingress.
     *
     * @param records at least 1. By default a part of the engine's bound, see {@link EngineBuilder#inFlight(int)}.
     * @return a group that differs in the bound only.
     */
    public HandlerGroup<E> inFlight(int records) {
        if (records < 1) {
            throw new IllegalArgumentException(
                    "in-flight bound of group '" + name + "' must be at least 1: " + records);
        }
        return new HandlerGroup<>(name, weight, subStreams, handlers, records, overload);
    }

    /**
     * This group with a policy for records that come through the shared ingress while the group is at its bound.
     *
     * @param overload by default {@link Overload#WAIT}.
     * @return a group that differs in the policy only.
     */
    public HandlerGroup<E> overload(Overload overload) {
        return new HandlerGroup<>(
                name, weight, subStreams, handlers, inFlight, Objects.requireNonNull(overload, "overload"));
    }

    /**
     * This group with other handlers.
     *
     * @param handlers as for {@link #of}.
     * @return a group that differs in the handlers only.
     */
    public HandlerGroup<E> handlers(IntFunction<? extends EventHandler<? super E>> handlers) {
        return new HandlerGroup<>(
                name, weight, subStreams, Objects.requireNonNull(handlers, "handlers"), inFlight, overload);
    }

    /**
     * What makes the handlers, for those who put something around them.
     *
     * @return as it was given.
     */
    public IntFunction<? extends EventHandler<? super E>> handlers() {
        return handlers;
    }

    static void checkWeight(String name, int weight) {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight of group '" + name + "' must be 1 to " + MAX_WEIGHT + ": " + weight);
        }
    }

    /**
     * Name of the group.
     *
     * @return the name.
     */
    public String name() {
        return name;
    }

    /**
     * Weight of the group.
     *
     * @return the weight.
     */
    public int weight() {
        return weight;
    }

    /**
     * How many sub-streams the group serves.
     *
     * @return the count.
     */
    public int subStreams() {
        return subStreams;
    }

    boolean sheds() {
        return overload == Overload.SHED;
    }

    int inFlight() {
        return inFlight;
    }

    EventHandler<? super E> newHandler(int subStream) {
        EventHandler<? super E> handler = handlers.apply(subStream);
        if (handler == null) {
            throw new IllegalArgumentException("group '" + name + "' made no handler for sub-stream " + subStream);
        }
        return handler;
    }
}
