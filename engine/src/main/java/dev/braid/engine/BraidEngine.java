package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import dev.braid.engine.Ingress.BackPressure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Shares processing capacity between the sub-streams of one stream in proportion to their groups' weights.
 * <pre>{@code
 *  publishers            one Disruptor ring            handler groups                 merge
 *  Ingress  ──────▶ ┌───────────────────┐  tag    ┌─ gold   w=8 ▷▷▷▷▷▷▷▷ ─┐
 *  Ingress  ──────▶ │    IngestRing     │ ──────▶ ├─ silver w=3 ▷▷▷       ─┼─▶ MergeHandler
 *                   └───────────────────┘ Partition└─ bronze w=1 ▷        ─┘
 *                                          Handler      WeightedScheduler
 * }</pre>
 * With {@link ThreadingMode#DEDICATED} the groups' batches are handled by several workers at a time, and virtual time is one
 * for all of them; see {@link GroupStats#dueShare()} for what that means to a group with few sub-streams.
 * <p>
 * <b>Threads:</b> any, but in {@link ThreadingMode#INVOKER} one and the same thread has to call {@link #start()},
 * {@link #invoke()} and {@link #close()}. Handlers may call neither of them.
 * <p>
 * <b>Errors:</b> whatever stops the engine reaches the error handler, every publisher, and {@link #close()}.
 *
 * @param <E> type of the records.
 */
public final class BraidEngine<E> implements AutoCloseable {
    private static final int SPINS = 100;
    private static final int YIELDS = 200;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final EngineBuilder<E> settings;
    private final ErrorHandler errorHandler;
    private final Lifecycle lifecycle;
    private final Pipeline<E> pipeline;
    private final Ingress<E> ingress;
    private final Map<String, Ingress<E>> groupIngresses = new HashMap<>();
    private final StatsThread statsThread;
    /** {@code null} where the engine has threads of its own. */
    private final AgentInvoker invoker;
    /** {@code null} where the user's thread runs everything. */
    private final EngineThreads threads;

    private Thread invokingThread;
    private boolean invoking;
    private boolean started;
    private boolean feedBegun;

    BraidEngine(EngineBuilder<E> settings) {
        this.settings = settings;
        this.errorHandler = guarded(settings.errorHandler);
        this.lifecycle =
                new Lifecycle(errorHandler, settings.ingestHandler == null ? 0 : settings.ingestHandler.toFeed());
        this.pipeline = new Pipeline<>(settings, lifecycle);
        this.ingress = newIngress(null, false);
        for (Group<E> group : pipeline.layout.groups) {
            groupIngresses.put(group.name, newIngress(group, false));
        }
        this.statsThread = settings.countersFile == null
                ? null
                : new StatsThread(pipeline, pipeline.layout.groups.length, pipeline.countersFile, errorHandler);
        boolean invoked = settings.threadingMode == ThreadingMode.INVOKER;
        this.invoker = invoked ? new AgentInvoker(errorHandler, null, pipeline.conductor) : null;
        this.threads = invoked ? null : new EngineThreads(pipeline.agents(), lifecycle);
    }

    private Ingress<E> newIngress(Group<E> group, boolean feeds) {
        return new Ingress<>(
                pipeline.ring, lifecycle, this::awaitRoom, settings.resumePoint.firstSequence(), group, feeds);
    }

    /** What the user's error handler throws must not keep the engine from ending in order. */
    private static ErrorHandler guarded(ErrorHandler errorHandler) {
        return t -> {
            if (t instanceof AgentTerminationException) {
                return; // How the conductor tells its runner that it has ended.
            }
            try {
                errorHandler.onError(t);
            } catch (Throwable thrown) {
                thrown.addSuppressed(t);
                thrown.printStackTrace();
            }
        };
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
     * Starts the engine's threads, or in {@link ThreadingMode#INVOKER} calls {@code onStart} of all handlers.
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
        if (statsThread != null) {
            statsThread.start();
        }
        if (threads != null) {
            threads.start(settings, errorHandler);
        } else {
            invokingThread = Thread.currentThread();
            invoking = true; // No handler may drive or close the engine from onStart.
            try {
                invoker.start();
            } finally {
                invoking = false;
            }
        }
        return this;
    }

    /**
     * Where records of all groups enter: one queue. While it is full, and groups are {@link Overload#WAIT}, groups get what the mix
     * of its records is, whatever their weights, because the record at its head keeps all others waiting. Where weights matter,
     * groups have ingresses of their own: {@link #ingress(String)}. All threads may share one.
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
     * Where records of one group enter, with credit of its own: it has room as long as the group is not at its in-flight
     * bound, whatever other groups do. All threads may share one.
     *
     * @param group name of the group.
     * @return the ingress.
     * @throws IllegalArgumentException if there is no such group.
     * @throws IllegalStateException    if the engine has not been started.
     */
    public synchronized Ingress<E> ingress(String group) {
        ingress();
        return groupIngresses.get(own(group).name);
    }

    /**
     * Begins to publish the records of earlier runs that the engine's ingest handler has, before any others: until
     * {@link EngineFeed#complete()} no other ingress of the engine takes anything. It can be begun once.
     *
     * @param handler the engine's ingest handler.
     * @return to publish them by, on one thread.
     * @throws IllegalStateException if the engine was built with another ingest handler, has not been started, was closed or
     *                               has halted, if nothing is to be fed, or it was begun before.
     */
    public synchronized EngineFeed<E> beginFeed(IngestHandler<?> handler) {
        ingress();
        lifecycle.checkOpen();
        if (handler != settings.ingestHandler) {
            throw new IllegalStateException("the engine's ingest handler is not " + handler + ", but "
                    + (settings.ingestHandler == null ? "absent" : settings.ingestHandler));
        }
        if (feedBegun || !lifecycle.isFeeding()) {
            throw new IllegalStateException(
                    feedBegun ? "the engine was fed before" : "there is nothing to be fed to the engine");
        }
        feedBegun = true;
        return new EngineFeed<>(
                settings.resumePoint.firstSequence(),
                lifecycle,
                name -> newIngress(name == null ? null : own(name), true));
    }

    private Group<E> own(String name) {
        Group<E> own = find(name);
        pipeline.ring.useByGroups();
        return own;
    }

    /**
     * Changes a group's weight. It holds for what is in flight already, from the next pick on; nothing is lost or changes
     * its order. What the group has had beyond its due before is at most one batch by the new weight. For any thread.
     *
     * @param group  name of the group.
     * @param weight 1 to {@link HandlerGroup#MAX_WEIGHT}.
     * @throws IllegalArgumentException if there is no such group, or the weight is out of range.
     * @throws EngineClosedException    if the engine is closed.
     * @throws EngineHaltedException    if the engine has halted.
     */
    public synchronized void setWeight(String group, int weight) {
        HandlerGroup.checkWeight(group, weight);
        int changed = find(group).index;
        lifecycle.checkRunning("the weight of group '" + group + "' cannot become " + weight);
        pipeline.layout.dueShares.setWeight(changed, weight);
        pipeline.weightChanges.request(changed, weight);
    }

    private Group<E> find(String name) {
        for (Group<E> group : pipeline.layout.groups) {
            if (group.name.equals(name)) {
                return group;
            }
        }
        throw new IllegalArgumentException("there is no group '" + name + "'");
    }

    /**
     * Runs one duty cycle on the calling thread: tags what was published and serves about a round of records.
     *
     * @return how much work was done, 0 when there was none.
     * @throws IllegalStateException if the engine is not in {@link ThreadingMode#INVOKER}, was closed, or was not started
     *                               by the calling thread, or if a handler calls this.
     * @throws EngineHaltedException if the engine has halted.
     */
    public int invoke() {
        if (invoker == null) {
            throw new IllegalStateException(
                    "invoke() is for ThreadingMode.INVOKER: this engine has a thread of its own");
        }
        checkDriver("invoke");
        lifecycle.checkOpen();
        int work = dutyCycle();
        lifecycle.throwHalted();
        return work;
    }

    /** In {@link ThreadingMode#INVOKER} one thread starts, drives and closes the engine, and handlers do not. */
    private void checkDriver(String method) {
        if (Thread.currentThread() != invokingThread) {
            throw new IllegalStateException(method + "() is for the thread that started the engine, which is "
                    + (invokingThread == null ? "none yet" : invokingThread.getName()));
        }
        if (invoking) {
            throw new IllegalStateException("a handler must not " + method + "() the engine that calls it");
        }
    }

    private int dutyCycle() {
        invoking = true;
        try {
            return invoker.invoke();
        } finally {
            if (!invoker.isRunning()) {
                invoker.close(); // An interrupt stops the invoker without a word.
            }
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
        return pipeline.lowWatermark.get();
    }

    /**
     * Live numbers of the engine.
     *
     * @return they change while the engine runs, and stay when it has ended.
     */
    public EngineStats stats() {
        return pipeline.stats;
    }

    /**
     * Live numbers of all groups, in the order in which they were added.
     *
     * @return one for each group.
     */
    public List<GroupStats> groups() {
        return pipeline.stats.groups();
    }

    /**
     * The distribution of what {@link GroupStats#waiting()} tells in short.
     *
     * @param group name of the group.
     * @return a copy, in nanoseconds.
     * @throws IllegalArgumentException if there is no such group.
     */
    public Histogram waitingTimes(String group) {
        return pipeline.waiting(find(group).index);
    }

    /**
     * The distribution of what {@link GroupStats#handling()} tells in short.
     *
     * @param group name of the group.
     * @return a copy, in nanoseconds.
     * @throws IllegalArgumentException if there is no such group.
     */
    public Histogram handlingTimes(String group) {
        return pipeline.handling(find(group).index);
    }

    /**
     * Accepts nothing more, waits until all that was accepted is merged, calls every {@code onShutdown}, and ends the
     * engine's threads. Records whose {@code publish} returned before are accepted. In {@link ThreadingMode#INVOKER} the
     * calling thread does the work. Closing an engine again does no harm; it waits like the first call, and like that
     * throws if the engine has halted.
     *
     * @throws EngineHaltedException if the engine has halted, now or before, with the cause; also if not all was merged
     *                               within the close timeout, or the waiting thread was interrupted.
     * @throws IllegalStateException if a handler calls this, or in {@link ThreadingMode#INVOKER} a thread other than the
     *                               one that started the engine.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (!started) {
                started = true; // Never to be started any more.
                lifecycle.beginClose(pipeline.ring);
                lifecycle.closed();
            }
        }
        if (threads != null) {
            if (threads.includeCaller()) {
                throw new IllegalStateException("a handler must not close() the engine that calls it");
            }
            lifecycle.beginClose(pipeline.ring);
            awaitEnd();
        } else if (invokingThread != null) { // Otherwise it was never started.
            checkDriver("close");
            lifecycle.beginClose(pipeline.ring);
            drive();
        }
        if (statsThread != null) {
            statsThread.stop();
        }
        lifecycle.throwHalted();
    }

    private void drive() {
        long deadlineNs = System.nanoTime() + settings.closeTimeoutNs;
        while (!invoker.isClosed()) {
            dutyCycle();
            if (System.nanoTime() - deadlineNs > 0 && !invoker.isClosed()) {
                lifecycle.halt(closeTimedOut());
                invoker.close();
            }
        }
    }

    private void awaitEnd() {
        try {
            if (!threads.join(settings.closeTimeoutNs)) {
                lifecycle.halt(closeTimedOut());
                threads.end();
            }
        } catch (InterruptedException e) {
            lifecycle.halt(new EngineHaltedException("the thread that closed the engine was interrupted", e));
            Thread.currentThread().interrupt();
        }
    }

    private EngineHaltedException closeTimedOut() {
        long open = lifecycle.acceptedThrough() + settings.resumePoint.firstSequence() - lowWatermark();
        return new EngineHaltedException(
                "close() timed out after " + TimeUnit.NANOSECONDS.toMillis(settings.closeTimeoutNs) + " ms: of " + open
                        + " accepted sequences above the low watermark " + lowWatermark() + " some have no outcome",
                null);
    }

    /** What a publisher does while the ring is full; see {@link BackPressure}. */
    private void awaitRoom(int attempt) {
        if (threads == null ? Thread.currentThread() == invokingThread : threads.includeCaller()) {
            if (threads != null || invoking) {
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
