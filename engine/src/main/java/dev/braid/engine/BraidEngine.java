package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
import java.util.Map;
import org.agrona.concurrent.Agent;

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
 * {@link #invoke()} and {@link #close()}, or run {@link #agent()}. Handlers must not call any of these methods.
 * <p>
 * <b>Errors:</b> whatever stops the engine reaches the error handler, every publisher, and {@link #close()}.
 *
 * @param <E> type of the records.
 */
public final class BraidEngine<E> implements AutoCloseable {
    /** The low watermark, and the durable sequence of a journal, where sequence 0 has no outcome yet. */
    public static final long BEFORE_FIRST_SEQUENCE = -1;

    private final EngineConfig<E> config;
    private final EngineLifecycle lifecycle;
    private final EngineAssembly<E> parts;
    private final EngineRunner runner;
    private final Ingresses<E> ingresses;
    private boolean feedBegun;

    BraidEngine(EngineConfig<E> config) {
        this.config = config;
        this.lifecycle = new EngineLifecycle(config.errorHandler, config.toFeed(), this::isInCallback);
        this.parts = new EngineAssembly<>(config, lifecycle);
        this.runner = EngineRunner.of(this, parts);
        this.ingresses = new Ingresses<>(parts, runner);
    }

    private boolean isInCallback() {
        return runner.isInCallback();
    }

    /**
     * Returns a builder.
     *
     * @param factory makes the records, all of them while the engine is built.
     * @param <E>     type of the records.
     * @return a builder with default settings.
     * @throws IllegalStateException if the JVM lacks a flag; the message names it.
     */
    public static <E> EngineBuilder<E> builder(EventFactory<? extends E> factory) {
        JvmFlags.check();
        return new EngineBuilder<>(factory);
    }

    /**
     * Starts the engine's threads; in {@link ThreadingMode#INVOKER}, calls {@code onStart} of all handlers. Where a thread cannot be
     * started, the engine halts: exceptions of the thread factory come out of here and are the cause that publishers get.
     *
     * @return this.
     * @throws IllegalStateException if the engine was started or closed before.
     */
    public synchronized BraidEngine<E> start() {
        lifecycle.start();
        try {
            parts.statsRefresher.start();
            HandlerWatcher.add(parts.handlerWatch, Guarded.warnings(config.warningHandler, config.errorHandler));
            runner.start();
            return this;
        } catch (Throwable t) {
            lifecycle.halt(new EngineHaltedException("the engine could not be started: " + t, t));
            stopWatching(); // Nobody may close an engine that did not start.
            throw t;
        }
    }

    private void stopWatching() {
        HandlerWatcher.remove(parts.handlerWatch);
        parts.statsRefresher.stop();
    }

    /**
     * Returns the ingress that all groups share. It is one queue: while it is full and groups are {@link Overload#WAIT}, the record
     * at its head delays all others, and groups are served in the proportions in which their records arrive, whatever their
     * weights. Where weights matter, give groups ingresses of their own: {@link #ingress(String)}. Available as soon as the engine
     * is built; it has room once the engine is started.
     *
     * @return the ingress, for any number of threads.
     * @throws IllegalStateException if the engine has no shared ingress because it has no {@link EngineBuilder#partitioner}.
     */
    public Ingress<E> ingress() {
        return ingresses.shared();
    }

    /**
     * Returns the ingress of one group, which has credit of its own: it has room while the group is below its in-flight bound,
     * whatever other groups do. Available as soon as the engine is built; it has room once the engine is started.
     *
     * @param group name of the group.
     * @return the ingress, for any number of threads.
     * @throws IllegalArgumentException if there is no such group.
     * @throws IllegalStateException    if the group was not described with {@link HandlerGroup#ownIngress()}.
     */
    public Ingress<E> ingress(String group) {
        return ingresses.of(group);
    }

    /**
     * Returns the engine as an Agrona agent, to be run by the caller's {@link org.agrona.concurrent.AgentRunner}, {@link
     * org.agrona.concurrent.AgentInvoker} or {@link org.agrona.concurrent.CompositeAgent} in {@link ThreadingMode#INVOKER}. Its
     * {@code onStart} is {@link #start()}, its {@code doWork} is {@link #invoke()}, and its {@code onClose} is {@link #close()}.
     * The thread that runs the agent drives the engine, and all other threads are refused. A runner that is interrupted closes its
     * agent, which drains the engine; afterwards any thread may call {@link #close()} again.
     * <p>
     * When the engine halts, {@code doWork} throws an {@link EngineHaltedException} once, for the runner's error handler. From then
     * on it returns 0, so that other agents of a composite continue.
     *
     * @return the same agent at every call.
     * @throws IllegalStateException if the engine is not in {@link ThreadingMode#INVOKER}.
     */
    public Agent agent() {
        return runner.agent();
    }

    /**
     * Begins to publish the records of earlier runs that the engine's ingest handler holds. No other ingress of the engine accepts
     * records until {@link EngineFeed#complete()}. Can be called once.
     *
     * @param handler the engine's ingest handler.
     * @return the feed to publish them by, for one thread.
     * @throws IllegalStateException if the engine was built with another ingest handler, has not been started, was closed or has
     *                               halted, if there is nothing to feed, or if a feed was begun before.
     */
    public synchronized EngineFeed<E> beginFeed(IngestHandler<?> handler) {
        if (!lifecycle.isStarted()) {
            throw new IllegalStateException("the engine has not been started");
        }
        lifecycle.checkOpen();
        if (handler != config.ingestHandler) {
            throw new IllegalStateException("the engine's ingest handler is not " + handler + ", but "
                    + (config.ingestHandler == null ? "absent" : config.ingestHandler));
        }
        if (feedBegun || !lifecycle.isFeeding()) {
            throw new IllegalStateException(
                    feedBegun ? "the engine was fed before" : "there is nothing to feed to the engine");
        }
        feedBegun = true;
        return new EngineFeed<>(parts.context.firstSequence(), lifecycle, ingresses);
    }

    /**
     * Changes a group's weight, for any thread. The new weight applies from the next pick on, also to records in flight; no record
     * is lost, and no order changes. If the group was ahead of its due, it keeps a lead of at most one batch by the new weight. An
     * exception of the {@link EngineBuilder#onWarning} handler goes to the caller; the weight has changed nevertheless.
     *
     * @param group  name of the group.
     * @param weight 1 to {@link HandlerGroup#MAX_WEIGHT}.
     * @throws IllegalArgumentException if there is no such group, or the weight is out of range.
     * @throws EngineClosedException    if the engine is closed.
     * @throws EngineHaltedException    if the engine has halted.
     * @see #setWeights
     */
    public synchronized void setWeight(String group, int weight) {
        HandlerGroup.checkWeight(group, weight);
        int[] groups = {parts.context.layout().group(group).index};
        lifecycle.checkRunning("the weight of group '" + group + "' cannot become " + weight);
        change(groups, new int[] {weight});
    }

    /**
     * Changes the weights of several groups as one step, for any thread: no batch is picked by some of the new weights and some of
     * the earlier ones. Otherwise as {@link #setWeight}. If one of the weights is refused, none is changed.
     *
     * @param weights weights by names of groups, each 1 to {@link HandlerGroup#MAX_WEIGHT}; all other groups keep theirs.
     * @throws NullPointerException     if a name or a weight is {@code null}.
     * @throws IllegalArgumentException if there is no group of such a name, or a weight is out of range.
     * @throws EngineClosedException    if the engine is closed.
     * @throws EngineHaltedException    if the engine has halted.
     */
    public synchronized void setWeights(Map<String, Integer> weights) {
        Map<String, Integer> copy = Map.copyOf(weights);
        int[] groups = new int[copy.size()];
        int[] changed = new int[copy.size()];
        int count = 0;
        for (Map.Entry<String, Integer> entry : copy.entrySet()) {
            HandlerGroup.checkWeight(entry.getKey(), entry.getValue());
            groups[count] = parts.context.layout().group(entry.getKey()).index;
            changed[count++] = entry.getValue();
        }
        lifecycle.checkRunning("the weights cannot become " + copy);
        change(groups, changed);
    }

    private void change(int[] groups, int[] weights) {
        parts.weightChanges.request(groups, weights);
        parts.context.conductorThread().wake();
        parts.context.layout().dueShares.setWeights(groups, weights); // Last, because the warning handler may throw.
    }

    /**
     * Runs one duty cycle on the calling thread: tags published records and serves about a round of them.
     *
     * @return the amount of work done, 0 if there was none.
     * @throws IllegalStateException if the engine is not in {@link ThreadingMode#INVOKER}, was closed, or was not started by the
     *                               calling thread, or if a handler calls this method.
     * @throws EngineHaltedException if the engine has halted.
     */
    public int invoke() {
        return runner.invoke();
    }

    /**
     * Returns the low watermark: every sequence at or below it has its outcome, and the merge handler has returned from the end of
     * its batch.
     *
     * @return a sequence; at the start, the first sequence less 1, so {@link #BEFORE_FIRST_SEQUENCE} for an engine that begins at
     *         sequence 0.
     */
    public long lowWatermark() {
        return parts.lowWatermark.get();
    }

    /**
     * Returns live numbers of the engine.
     *
     * @return numbers that change while the engine runs, and remain readable when it has ended.
     */
    public EngineStats stats() {
        return parts.stats;
    }

    /**
     * Stops accepting records, waits until every accepted record is merged, calls every {@code onShutdown}, and ends the engine's
     * threads. A record is accepted if its {@code publish} returned before this call. In {@link ThreadingMode#INVOKER} the calling
     * thread does the work. Further calls wait like the first one, and throw like it if the engine has halted.
     * <p>
     * Handlers, and the merge handler in {@code onResult}, may go on publishing into the engine while records are in flight; their
     * records are accepted. Publishers on other threads are refused at once. Handlers that never stop publishing are ended by the
     * close timeout. The end of the merge's last batch and {@code onShutdown} can come when nothing is in flight any more, and
     * cannot publish.
     * <p>
     * An interrupt does not shorten the wait, since that would discard what is in flight; the thread's interrupt flag is set again
     * at the end. {@link EngineBuilder#closeTimeout} bounds the wait.
     *
     * @throws EngineHaltedException if the engine has halted, now or before, with the cause; also if not all records were merged
     *                               within the close timeout.
     * @throws IllegalStateException if a handler calls this method, or in {@link ThreadingMode#INVOKER} a thread other than the one
     *                               that started the engine, unless the engine has ended.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (!lifecycle.isStarted()) { // It can no longer be started.
                lifecycle.beginClose(parts.ring);
                lifecycle.closed();
            }
        }
        runner.close();
        stopWatching();
        lifecycle.throwHalted();
    }
}
