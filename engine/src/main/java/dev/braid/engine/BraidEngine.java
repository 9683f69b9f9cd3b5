package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.Sequence;
import dev.braid.engine.Ingress.BackPressure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.status.CountersReader;

/**
 * Shares processing capacity between the sub-streams of one stream in proportion to their groups' weights.
 * <pre>{@code
 *  publishers            one Disruptor ring            handler groups                 merge
 *  Ingress  ──────▶ ┌───────────────────┐  tag    ┌─ gold   w=8 ▷▷▷▷▷▷▷▷ ─┐
 *  Ingress  ──────▶ │    IngestRing     │ ──────▶ ├─ silver w=3 ▷▷▷       ─┼─▶ MergeHandler
 *                   └───────────────────┘ Partition└─ bronze w=1 ▷        ─┘
 *                                          Handler      WeightedScheduler
 * }</pre>
 * <b>Threads:</b> {@link #start()} and {@link #close()} are for the owner; {@link #invoke()} for the one thread that
 * drives an engine in {@link ThreadingMode#INVOKER}; everything else for any thread.
 * <p>
 * <b>Errors:</b> whatever stops the engine reaches the error handler, every publisher, and {@link #close()}.
 *
 * @param <E> type of the records.
 */
public final class BraidEngine<E> implements AutoCloseable {
    private static final int SPINS = 100;
    private static final int YIELDS = 200;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long GRACE_MS = 1_000;

    /** Cells for records that failed before they had a group, on top of those for the groups' bounds. */
    private static final int SPARE_CELLS = 64;

    private final Lifecycle lifecycle = new Lifecycle();
    private final IngestRing<E> ring;
    private final Ingress<E> ingress;
    private final Conductor<E> conductor;
    private final EngineCounters counters;
    private final List<GroupStats> groupStats;
    private final Sequence lowWatermark;
    private final AgentInvoker invoker;
    private final AgentRunner runner;
    private final ThreadFactory threadFactory;
    private final long firstSequence;
    private final long closeTimeoutNs;

    private Thread engineThread;
    private boolean invoking;
    private boolean started;

    BraidEngine(EngineBuilder<E> settings) {
        this.threadFactory = settings.threadFactory;
        this.firstSequence = settings.firstSequence;
        this.closeTimeoutNs = settings.closeTimeoutNs;
        int[] bounds = settings.inFlightBounds();
        int groupCount = bounds.length;
        int cells = settings.ringSize + SPARE_CELLS;
        int[] weights = new int[groupCount];
        String[] names = new String[groupCount];
        int subStreamCount = 0;
        for (int i = 0; i < groupCount; i++) {
            HandlerGroup<E> group = settings.groups.get(i);
            cells += bounds[i];
            weights[i] = group.weight();
            names[i] = group.name();
            subStreamCount += group.subStreams();
        }
        CellPool<E> pool = new CellPool<>(settings.factory, cells);
        this.counters = new EngineCounters(names);
        this.lowWatermark = new Sequence(settings.firstSequence - 1);
        this.ring = new IngestRing<>(settings.producerType, settings.ringSize, pool);
        this.ingress = new Ingress<>(ring, lifecycle, this::awaitRoom, settings.firstSequence);

        @SuppressWarnings({"unchecked", "rawtypes"})
        SubStream<E>[] subStreams = new SubStream[subStreamCount];
        @SuppressWarnings({"unchecked", "rawtypes"})
        Group<E>[] groups = new Group[groupCount];
        long totalWeight = 0;
        for (int weight : weights) {
            totalWeight += weight;
        }
        this.groupStats = new ArrayList<>();
        int id = 0;
        for (int i = 0; i < groupCount; i++) {
            groups[i] = new Group<>(i, names[i], bounds[i], subStreams, counters);
            HandlerGroup<E> group = settings.groups.get(i);
            for (int k = 0; k < group.subStreams(); k++, id++) {
                subStreams[id] = new SubStream<>(id, groups[i], group.newHandler(id));
            }
            groupStats.add(
                    new GroupStats(i, names[i], weights[i], (double) weights[i] / totalWeight, bounds[i], counters));
        }
        WeightedScheduler scheduler =
                new WeightedScheduler(weights, settings.round, new ShareMeter(groupCount, counters));
        Merger<E> merger = new Merger<>(
                settings.mergeHandler, settings.mergeOrder, pool, groups, subStreams, counters, lowWatermark);
        PartitionHandler<E> partitionHandler = new PartitionHandler<>(
                ring, pool, settings.partitioner, subStreams, scheduler, merger, lifecycle, settings.firstSequence);
        this.conductor = new Conductor<>(
                lifecycle, ring, pool, partitionHandler, scheduler, groups, subStreams, merger, settings);

        ErrorHandler toUser = settings.errorHandler;
        ErrorHandler errorHandler = t -> {
            if (!(t instanceof AgentTerminationException)) {
                toUser.onError(t);
            }
        };
        boolean invoked = settings.threadingMode == ThreadingMode.INVOKER;
        this.invoker = invoked ? new AgentInvoker(errorHandler, null, conductor) : null;
        this.runner = invoked ? null : new AgentRunner(settings.idleStrategy, errorHandler, null, conductor);
    }

    /**
     * Begin to describe an engine.
     *
     * @param factory makes the records; all of them are made when the engine is built.
     * @param <E>     type of the records.
     * @return a builder.
     */
    public static <E> EngineBuilder<E> builder(EventFactory<? extends E> factory) {
        return new EngineBuilder<>(factory);
    }

    /**
     * Starts the engine's thread, or in {@link ThreadingMode#INVOKER} calls {@code onStart} of all handlers.
     *
     * @return this.
     * @throws IllegalStateException if the engine was started or closed before.
     */
    public synchronized BraidEngine<E> start() {
        lifecycle.checkOpen();
        if (started) {
            throw new IllegalStateException("the engine was started before");
        }
        started = true;
        if (runner != null) {
            engineThread = AgentRunner.startOnThread(runner, threadFactory);
        } else {
            engineThread = Thread.currentThread(); // Until another one invokes.
            invoker.start();
        }
        return this;
    }

    /**
     * Where records enter. All threads may share one.
     *
     * @return the ingress.
     * @throws IllegalStateException if the engine has not been started.
     */
    public synchronized Ingress<E> ingress() {
        if (!started) {
            throw new IllegalStateException("the engine has not been started");
        }
        return ingress;
    }

    /**
     * Runs one duty cycle on the calling thread: tags what was published and serves up to a round of records.
     *
     * @return how much work was done, 0 when there was none.
     * @throws IllegalStateException if the engine is not in {@link ThreadingMode#INVOKER}, was not started, was closed,
     *                               or if a handler calls this.
     * @throws EngineHaltedException if the engine has halted.
     */
    public int invoke() {
        if (invoker == null) {
            throw new IllegalStateException(
                    "invoke() is for ThreadingMode.INVOKER: this engine has a thread of its own");
        }
        if (!invoker.isStarted()) {
            throw new IllegalStateException("the engine has not been started");
        }
        lifecycle.checkOpen();
        int work = dutyCycle();
        lifecycle.throwHalted();
        return work;
    }

    private int dutyCycle() {
        if (invoking) {
            throw new IllegalStateException("a handler must not drive the engine that calls it");
        }
        engineThread = Thread.currentThread();
        invoking = true;
        try {
            return invoker.invoke();
        } finally {
            invoking = false;
        }
    }

    /**
     * The low watermark: every sequence at or below it has its outcome, and the merge handler has returned from the end
     * of its batch.
     *
     * @return a sequence, one below the first one at the start.
     */
    public long lowWatermark() {
        return lowWatermark.get();
    }

    /**
     * Live numbers of all groups, in the order in which they were added.
     *
     * @return one for each group.
     */
    public List<GroupStats> groups() {
        return List.copyOf(groupStats);
    }

    /**
     * Records that are {@link Outcome#FAILED} without a sub-stream: their partitioner or their translator threw, or the
     * partitioner's answer was out of range.
     *
     * @return the count so far.
     */
    public long failedBeforeGroup() {
        return counters.unpartitioned();
    }

    /**
     * All counters, with labels, for tools.
     *
     * @return a reader for any thread.
     */
    public CountersReader counters() {
        return counters.reader();
    }

    /**
     * Accepts nothing more, waits until all that was accepted is merged, calls every {@code onShutdown}, and ends the
     * engine's thread. Records whose {@code publish} returned before are accepted. In {@link ThreadingMode#INVOKER} the
     * calling thread does the work. Calls after the first return at once.
     *
     * @throws EngineHaltedException if the engine has halted, now or before, with the cause; also if not all was merged
     *                               within the close timeout, or the waiting thread was interrupted.
     */
    @Override
    public void close() {
        if (onEngineThread() && (runner != null || invoking)) {
            throw new IllegalStateException("a handler must not close the engine that calls it");
        }
        synchronized (this) {
            if (!started) {
                started = true; // Never to be started any more.
                if (lifecycle.beginClose(ring)) {
                    lifecycle.closed();
                }
                return;
            }
        }
        if (lifecycle.beginClose(ring) || lifecycle.isHalted()) {
            if (invoker != null) {
                drive(System.nanoTime() + closeTimeoutNs);
            } else {
                awaitEnd();
            }
            lifecycle.throwHalted();
        }
    }

    private void drive(long deadlineNs) {
        while (!invoker.isClosed()) {
            dutyCycle();
            if (System.nanoTime() - deadlineNs > 0) {
                lifecycle.halt(closeTimedOut());
            }
        }
    }

    private void awaitEnd() {
        try {
            engineThread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(closeTimeoutNs)));
            if (engineThread.isAlive()) {
                lifecycle.halt(closeTimedOut());
                engineThread.join(GRACE_MS);
            }
            if (engineThread.isAlive()) {
                engineThread.interrupt(); // It is in a callback that does not return.
                engineThread.join(GRACE_MS);
            }
        } catch (InterruptedException e) {
            lifecycle.halt(new EngineHaltedException("the thread that closed the engine was interrupted", e));
            Thread.currentThread().interrupt();
        }
    }

    private EngineHaltedException closeTimedOut() {
        long open = lifecycle.acceptedThrough() + firstSequence - lowWatermark.get();
        return new EngineHaltedException(
                "close() timed out after " + TimeUnit.NANOSECONDS.toMillis(closeTimeoutNs) + " ms: of " + open
                        + " accepted sequences above the low watermark " + lowWatermark.get()
                        + " some have no outcome",
                null);
    }

    private boolean onEngineThread() {
        return Thread.currentThread() == engineThread;
    }

    /** What a publisher does while the ring is full; see {@link BackPressure}. */
    private void awaitRoom(int attempt) {
        if (onEngineThread()) {
            if (invoker == null || invoking) {
                throw new IllegalStateException(
                        "a handler must not wait for room in the engine that calls it: use tryPublish or tryNext");
            }
            dutyCycle(); // Nobody else would make room.
        } else if (attempt < SPINS) {
            Thread.onSpinWait();
        } else if (attempt < YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(PARK_NS);
        }
    }
}
