package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Describes a handler group: a name, a weight, and the number of sub-streams that it serves, each with a handler of its own.
 * Immutable.
 * <pre>{@code
 * HandlerGroup.named("gold").weight(9).subStreams(4, id -> new Balances())
 * }</pre>
 * A group's sub-streams are numbered within the group, from 0. Results and journals name a sub-stream by an id that is unique
 * within the engine. Ids are assigned in the order in which groups are added to the builder: the first group with {@code k}
 * sub-streams has {@code 0} to {@code k - 1}, and the next one continues at {@code k}.
 *
 * @param <E> type of the records.
 */
public final class HandlerGroup<E> {
    /** The largest weight. */
    public static final int MAX_WEIGHT = 1 << 20;

    /** Greatest length of a group's name, in bytes of UTF-8: it is part of the labels of its counters, which are bounded. */
    public static final int MAX_NAME_BYTES = 256;

    static final int PART_OF_ENGINE_BOUND = 0;

    private final String name;
    private final int weight;
    private final int subStreams;
    private final IntFunction<? extends EventHandler<? super E>> handlers;
    private final Settings<E> settings;

    /**
     * Optional settings.
     *
     * @param partitioner {@code null} if the group has none of its own.
     * @param errorPolicy {@code null} for the engine's.
     */
    private record Settings<E>(
            int inFlight,
            Overload overload,
            boolean ownIngress,
            Partitioner<? super E> partitioner,
            ErrorPolicy errorPolicy) {}

    private HandlerGroup(
            String name,
            int weight,
            int subStreams,
            IntFunction<? extends EventHandler<? super E>> handlers,
            Settings<E> settings) {
        this.name = name;
        this.weight = weight;
        this.subStreams = subStreams;
        this.handlers = handlers;
        this.settings = settings;
    }

    private HandlerGroup<E> with(Settings<E> changed) {
        return new HandlerGroup<>(name, weight, subStreams, handlers, changed);
    }

    /**
     * Begins the description of a group: {@code HandlerGroup.named("gold").weight(9).subStreams(4, id -> new Balances())}.
     *
     * @param name unique within the engine, not blank, and not longer than {@link #MAX_NAME_BYTES}.
     * @return the next step, which asks for the weight.
     * @throws IllegalArgumentException if the name is blank or too long.
     */
    public static Named named(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a group's name must not be blank: '" + name + "'");
        }
        checkLength("a group's name", name);
        return new Named(name);
    }

    static void checkLength(String what, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(what + " must not be longer than " + MAX_NAME_BYTES + " bytes, but has "
                    + bytes + ": '" + name + "'");
        }
    }

    /** A group that has a name and needs a weight. Immutable. */
    public static final class Named {
        private final String name;

        private Named(String name) {
            this.name = name;
        }

        /**
         * Sets the group's weight: while groups are backlogged, each gets {@code weight / sum of weights}.
         *
         * @param weight 1 to {@link #MAX_WEIGHT}.
         * @return the next step, which asks for the sub-streams.
         * @throws IllegalArgumentException if the weight is out of range.
         */
        public Weighted weight(int weight) {
            checkWeight(name, weight);
            return new Weighted(name, weight);
        }
    }

    /** A group that has a name and a weight and needs its sub-streams. Immutable. */
    public static final class Weighted {
        private final String name;
        private final int weight;

        private Weighted(String name, int weight) {
            this.name = name;
            this.weight = weight;
        }

        /**
         * Sets the group's sub-streams and the factory of their handlers.
         * <p>
         * A handler instance that is returned more than once gets the records of several sub-streams; with {@link
         * ThreadingMode#DEDICATED} several workers may call it at a time. An instance that is given to several engines is started
         * and called by each of them, on their threads. Neither is refused, because a handler without state, such as a lambda that
         * captures nothing, is one instance by nature; a handler with state needs an instance for each sub-stream. Handlers run on the engine's thread, or on workers'
         * threads. Their {@code onStart}, {@code onBatchStart}, {@code onEvent} with {@code endOfBatch} and {@code onShutdown} are
         * called as by the Disruptor, where a batch is a run of consecutive records of the one sub-stream; {@code onTimeout} and
         * {@code setSequenceCallback} are not called. See {@link ErrorPolicy} for handlers that throw.
         *
         * @param subStreams the number of sub-streams, at least one.
         * @param handlers   makes the handler of a sub-stream, given the sub-stream's number within the group, {@code 0} to {@code
         *                   subStreams - 1}; called once for each by {@link EngineBuilder#build()}, whose caller gets its
         *                   exceptions.
         * @param <E>        type of the records.
         * @return the group.
         * @throws IllegalArgumentException if there is no sub-stream.
         */
        public <E> HandlerGroup<E> subStreams(int subStreams, IntFunction<? extends EventHandler<? super E>> handlers) {
            Objects.requireNonNull(handlers, "handlers");
            if (subStreams < 1) {
                throw new IllegalArgumentException(
                        "group '" + name + "' must serve at least 1 sub-stream: " + subStreams);
            }
            Settings<E> defaults = new Settings<>(PART_OF_ENGINE_BOUND, Overload.WAIT, false, null, null);
            return new HandlerGroup<>(name, weight, subStreams, handlers, defaults);
        }
    }

    /**
     * Returns this group with a bound of its own on its records in flight: not yet merged, and tagged or published through the
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
        return with(new Settings<>(
                records, settings.overload, settings.ownIngress, settings.partitioner, settings.errorPolicy));
    }

    /**
     * Returns this group with a policy for records that come through the shared ingress while the group is at its bound.
     *
     * @param overload by default {@link Overload#WAIT}.
     * @return a group that differs in the policy only.
     */
    public HandlerGroup<E> overload(Overload overload) {
        return with(new Settings<>(
                settings.inFlight,
                Objects.requireNonNull(overload, "overload"),
                settings.ownIngress,
                settings.partitioner,
                settings.errorPolicy));
    }

    /**
     * Returns this group with an ingress of its own, {@link BraidEngine#ingress(String)}: its publishers wait only while the group
     * itself is at its bound. If the engine has a shared ingress, that serves the group, too.
     *
     * @return a group that differs in this only.
     */
    public HandlerGroup<E> ownIngress() {
        return with(
                new Settings<>(settings.inFlight, settings.overload, true, settings.partitioner, settings.errorPolicy));
    }

    /**
     * Returns this group with a partitioner of its own, for records that come through the group's own ingress. By default {@link
     * EngineBuilder#partitioner} is asked; a group with one sub-stream needs neither.
     *
     * @param partitioner returns the number of a sub-stream within the group, 0 to {@code subStreams - 1}. Any other number makes
     *                    the record {@link Outcome#FAILED}.
     * @return a group that differs in the partitioner only.
     * @see Partitioners#grouped(java.util.List, java.util.function.Function)
     */
    public HandlerGroup<E> partitioner(Partitioner<? super E> partitioner) {
        return with(new Settings<>(
                settings.inFlight,
                settings.overload,
                settings.ownIngress,
                Objects.requireNonNull(partitioner, "partitioner"),
                settings.errorPolicy));
    }

    /**
     * Returns this group with an error policy of its own.
     *
     * @param errorPolicy by default {@link EngineBuilder#errorPolicy}.
     * @return a group that differs in the policy only.
     */
    public HandlerGroup<E> errorPolicy(ErrorPolicy errorPolicy) {
        return with(new Settings<>(
                settings.inFlight,
                settings.overload,
                settings.ownIngress,
                settings.partitioner,
                Objects.requireNonNull(errorPolicy, "errorPolicy")));
    }

    /**
     * Returns this group with other handlers.
     *
     * @param handlers as for {@link Weighted#subStreams}.
     * @return a group that differs in the handlers only.
     */
    public HandlerGroup<E> handlers(IntFunction<? extends EventHandler<? super E>> handlers) {
        return new HandlerGroup<>(name, weight, subStreams, Objects.requireNonNull(handlers, "handlers"), settings);
    }

    /**
     * Returns the factory of the handlers, for callers that wrap it.
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

    /** {@return the group's name} */
    public String name() {
        return name;
    }

    /** {@return the group's weight} */
    public int weight() {
        return weight;
    }

    /** {@return the number of sub-streams that the group serves} */
    public int subStreams() {
        return subStreams;
    }

    boolean sheds() {
        return settings.overload == Overload.SHED;
    }

    int inFlight() {
        return settings.inFlight;
    }

    /**
     * Whether the group has an ingress of its own.
     *
     * @return {@code true} after {@link #ownIngress()}.
     */
    public boolean hasOwnIngress() {
        return settings.ownIngress;
    }

    /**
     * The group's own partitioner.
     *
     * @return as it was given; empty for none.
     */
    public Optional<Partitioner<? super E>> partitioner() {
        return Optional.ofNullable(settings.partitioner);
    }

    /** Returns the group's own partitioner, or one for groups with one sub-stream. */
    Partitioner<? super E> partitionerOrOnly() {
        if (settings.partitioner == null && subStreams > 1) {
            throw new IllegalStateException("a partitioner is needed for the " + subStreams + " sub-streams of group '"
                    + name + "': HandlerGroup.partitioner");
        }
        return settings.partitioner != null ? settings.partitioner : record -> 0;
    }

    ErrorPolicy errorPolicyOr(ErrorPolicy ofEngine) {
        return settings.errorPolicy != null ? settings.errorPolicy : ofEngine;
    }

    /** @param number of the sub-stream within the group. */
    EventHandler<? super E> newHandler(int number) {
        EventHandler<? super E> handler = handlers.apply(number);
        if (handler == null) {
            throw new IllegalArgumentException("group '" + name + "' made no handler for its sub-stream " + number
                    + " of 0 to " + (subStreams - 1));
        }
        return handler;
    }
}
