package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.dsl.ProducerType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * The settings of one engine, validated and frozen by {@link EngineBuilder#build()}. Later changes to the builder do not reach the
 * engine. Immutable.
 */
final class EngineConfig<E> {
    /** Upper limit of the default in-flight bound, which grows with groups, workers and the round. */
    static final int MAX_DEFAULT_IN_FLIGHT = 1 << 16;

    private static final int MAX_RECORDS = 1 << 26;
    private static final long MAX_SEQUENCE = Long.MAX_VALUE / 2;

    final EventFactory<? extends E> factory;
    final List<HandlerGroup<E>> groups;
    /** {@code null} if there is none. */
    final Partitioner<? super E> partitioner;

    final MergeHandler<? super E> mergeHandler;
    /** {@code null} if there is none. */
    final IngestHandler<? super E> ingestHandler;

    /** By name, in the order in which they are shown. */
    final Map<String, LongSupplier> gauges;

    final MergeOrder mergeOrder;
    final ThreadingMode threadingMode;
    final ProducerType producerType;
    final ErrorPolicy errorPolicy;
    final CostModel costModel;
    final NanoClock nanoClock;
    /** Throws nothing. */
    final ErrorHandler errorHandler;
    /** As the user gave it; {@link Guarded#warnings} returns one that throws nothing. */
    final Consumer<String> warningHandler;
    /** {@code null} if counters are kept in memory only. */
    final Path countersFile;

    final String engineName;
    final Function<? super ThreadRole, ? extends IdleStrategy> idleStrategy;
    final BiFunction<? super ThreadRole, ? super Runnable, ? extends Thread> threadFactory;
    final int workers;
    final int ringSize;
    final int round;
    final ResumePoint resumePoint;
    final long closeTimeoutNs;
    final long stuckHandlerAfterNs;
    final long idlePeriodNs;

    private final boolean inFlightGiven;
    private final int inFlight;
    private final int[] inFlightBounds;

    /** @throws RuntimeException as {@link EngineBuilder#build()} says. */
    EngineConfig(EngineSettings<E> settings) {
        this.factory = settings.factory;
        this.groups = List.copyOf(settings.groups);
        this.partitioner = settings.partitioner;
        this.mergeHandler = settings.mergeHandler;
        this.ingestHandler = settings.ingestHandler;
        this.gauges = Collections.unmodifiableMap(new LinkedHashMap<>(mergeHandler.gauges()));
        this.mergeOrder = settings.mergeOrder;
        this.threadingMode = settings.threadingMode;
        this.producerType = settings.producerType;
        this.errorPolicy = settings.errorPolicy;
        this.costModel = settings.costModel;
        this.nanoClock = settings.nanoClock;
        this.errorHandler = Guarded.errors(settings.errorHandler);
        this.warningHandler = settings.warningHandler;
        this.countersFile = settings.countersFile;
        this.engineName = settings.engineName;
        this.idleStrategy = settings.idleStrategy;
        this.threadFactory = settings.threadFactory;
        this.workers = settings.workers == null ? 1 : settings.workers;
        this.ringSize = settings.ringSize;
        this.round = settings.round;
        this.inFlightGiven = settings.inFlight != null;
        this.inFlight = inFlightGiven ? settings.inFlight : defaultInFlight();
        this.idlePeriodNs = settings.idlePeriodNs;
        checkGroups();
        checkSizes(settings.workers != null);
        this.inFlightBounds = divideInFlight();
        this.resumePoint = resumePoint(settings.resumeAt);
        this.closeTimeoutNs = notNegative("closeTimeout", settings.closeTimeout);
        this.stuckHandlerAfterNs = positive("stuckHandlerAfter", settings.stuckHandlerAfter);
    }

    private void checkGroups() {
        if (groups.isEmpty()) {
            throw new IllegalStateException("an engine needs at least one group");
        }
        Set<String> names = new HashSet<>();
        long subStreams = 0;
        for (HandlerGroup<E> group : groups) {
            if (!names.add(group.name())) {
                throw new IllegalArgumentException("two groups have the name '" + group.name() + "'");
            }
            subStreams += group.subStreams();
        }
        if (engineName.isBlank()) {
            throw new IllegalArgumentException("engineName must not be blank: '" + engineName + "'");
        }
        HandlerGroup.checkLength("engineName", engineName);
        checkRange("sub-streams of all groups", subStreams, 1, MAX_RECORDS);
        checkPartitioners(subStreams);
    }

    private void checkPartitioners(long subStreams) {
        GroupedPartitioner<?> grouped = partitioner instanceof GroupedPartitioner<?> g ? g : null;
        if (grouped != null) {
            grouped.checkServes(groups);
        }
        for (HandlerGroup<E> group : groups) {
            boolean isAsked = grouped != null && grouped.asksGroups();
            if (group.partitioner().isPresent() && !group.hasOwnIngress() && !isAsked) {
                throw new IllegalStateException("group '" + group.name()
                        + "' has a partitioner that is never asked: it needs HandlerGroup.ownIngress()");
            }
            if (partitioner != null || subStreams == 1) {
                continue;
            }
            if (!group.hasOwnIngress()) {
                throw new IllegalStateException("a partitioner is needed for " + subStreams
                        + " sub-streams: group '" + group.name()
                        + "' has no ingress of its own, see EngineBuilder.partitioner and HandlerGroup.ownIngress");
            }
            group.partitionerOrOnly();
        }
    }

    private void checkSizes(boolean workersGiven) {
        checkRange("ringSize", ringSize, 2, MAX_RECORDS);
        if (!BitUtil.isPowerOfTwo(ringSize)) {
            throw new IllegalArgumentException("ringSize must be a power of two: " + ringSize);
        }
        checkRange("workers", workers, 1, EngineBuilder.MAX_WORKERS);
        if (workersGiven && threadingMode != ThreadingMode.DEDICATED) {
            throw new IllegalStateException(
                    "workers are for ThreadingMode.DEDICATED, not for " + threadingMode + ": " + workers);
        }
        checkRange("round", round, 1, MAX_RECORDS);
        checkRange("inFlight", inFlight, 1, MAX_RECORDS);
    }

    private int defaultInFlight() {
        long wanted = 4L * groups.size() * workers * round;
        return (int) Math.max(EngineBuilder.DEFAULT_IN_FLIGHT, Math.min(wanted, MAX_DEFAULT_IN_FLIGHT));
    }

    private int[] divideInFlight() {
        long weights = groups.stream().mapToLong(HandlerGroup::weight).sum();
        long byWeight = Math.max(inFlight / 2, Math.min(inFlight, 2L * workers * round));
        long equally = (inFlight - byWeight) / groups.size();
        int[] bounds = new int[groups.size()];
        long sum = 0;
        for (int i = 0; i < bounds.length; i++) {
            HandlerGroup<E> group = groups.get(i);
            bounds[i] = group.inFlight() != HandlerGroup.PART_OF_ENGINE_BOUND
                    ? group.inFlight()
                    : (int) Math.max(1, equally + byWeight * group.weight() / weights);
            sum += bounds[i];
        }
        checkRange("in-flight bounds of all groups", sum, 1, MAX_RECORDS);
        return bounds;
    }

    private ResumePoint resumePoint(ResumePoint given) {
        ResumePoint agreed =
                ResumePoints.agreed(mergeHandler.resumePoint(), mergeHandler, given, "resumeAt of the engine");
        ResumePoint point = agreed == null ? ResumePoint.at(0) : agreed;
        long first = point.firstSequence();
        checkRange("firstSequence", first, 0, MAX_SEQUENCE);
        checkRange("doneThrough", point.doneThrough(), first - 1, MAX_SEQUENCE);
        IngestHandler<?> needed = point.ingest();
        if (needed != null && needed != ingestHandler) {
            throw new IllegalStateException("ingest must be " + needed + ", as the resume point says, not "
                    + (ingestHandler == null ? "absent" : ingestHandler));
        }
        return point;
    }

    private static long notNegative(String what, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + time);
        }
        return TimeUnit.NANOSECONDS.convert(time); // Saturates at 292 years.
    }

    private static long positive(String what, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero: " + time);
        }
        return TimeUnit.NANOSECONDS.convert(time);
    }

    private static void checkRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " must be " + min + " to " + max + ": " + value);
        }
    }

    /** Returns whether handlers and merge have threads of their own. */
    boolean isDedicated() {
        return threadingMode == ThreadingMode.DEDICATED;
    }

    boolean hasSharedIngress() {
        return partitioner != null || groups.size() == 1 && groups.get(0).subStreams() == 1;
    }

    /**
     * Returns the number of records of earlier runs that the ingest handler feeds to the engine before any others are published.
     */
    long toFeed() {
        return ingestHandler == null ? 0 : ingestHandler.toFeed();
    }

    /** Makes a thread, which is not started. */
    Thread newThread(ThreadRole role, Runnable task) {
        return Objects.requireNonNull(
                threadFactory.apply(role, task), () -> "the thread factory made no thread for " + role.threadName());
    }

    /** Returns the bound of each group: its own, or its part of the engine's bound, by weight and in equal parts. */
    int[] inFlightBounds() {
        return inFlightBounds.clone();
    }

    /** Returns whether the user has set neither the engine's nor the group's in-flight bound. */
    boolean hasDefaultBound(int group) {
        return !inFlightGiven && groups.get(group).inFlight() == HandlerGroup.PART_OF_ENGINE_BOUND;
    }
}
