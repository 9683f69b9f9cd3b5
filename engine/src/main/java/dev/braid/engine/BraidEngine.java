package dev.braid.engine;

import com.lmax.disruptor.EventFactory;
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
     * Begin to describe an engine.
     *
     * @param factory makes the records; all of them are made when the engine is built.
     * @param <E>     type of the records.
     * @return a builder.
     * @throws IllegalStateException if the JVM lacks a flag; the message names it.
     */
    public static <E> EngineBuilder<E> builder(EventFactory<? extends E> factory) {
        JvmFlags.check();
        return new EngineBuilder<>(factory);
    }

    /**
     * Starts the engine's threads, or in {@link ThreadingMode#INVOKER} calls {@code onStart} of all handlers.
     *
     * @return this.
     * @throws IllegalStateException if the engine was started or closed before.
     */
    public synchronized BraidEngine<E> start() {
        lifecycle.start();
        parts.statsRefresher.start();
        HandlerWatcher.add(parts.handlerWatch, Guarded.warnings(config.warningHandler, config.errorHandler));
        runner.start();
        return this;
    }

    /**
     * Where records of all groups enter: one queue. While it is full, and groups are {@link Overload#WAIT}, groups get what the mix
     * of its records is, whatever their weights, because the record at its head keeps all others waiting. Where weights matter,
     * groups have ingresses of their own: {@link #ingress(String)}. All threads may share one, and ask for it as soon as the
     * engine is built; it has room once the engine is started.
     *
     * @return the ingress.
     * @throws IllegalStateException if the engine has none, since it has no {@link EngineBuilder#partitioner}.
     */
    public Ingress<E> ingress() {
        return ingresses.shared();
    }

    /**
     * Where records of one group enter, with credit of its own: it has room as long as the group is not at its in-flight
     * bound, whatever other groups do. All threads may share one, and ask for it as soon as the engine is built; it has room
     * once the engine is started.
     *
     * @param group name of the group.
     * @return the ingress.
     * @throws IllegalArgumentException if there is no such group.
     * @throws IllegalStateException    if the group was not described with {@link HandlerGroup#ownIngress()}.
     */
    public Ingress<E> ingress(String group) {
        return ingresses.of(group);
    }

    /**
     * The engine as an Agrona agent, for an {@link org.agrona.concurrent.AgentRunner}, an
     * {@link org.agrona.concurrent.AgentInvoker} or a {@link org.agrona.concurrent.CompositeAgent} of the user's, in
     * {@link ThreadingMode#INVOKER}. Its {@code onStart} is {@link #start()}, its {@code doWork} is {@link #invoke()}, and its
     * {@code onClose} is {@link #close()}; so the thread that runs it is the one that drives the engine, and all others are
     * refused. A runner that is interrupted closes its agent, and so drains the engine. Once that is done any thread may call
     * {@link #close()} again.
     * <p>
     * When the engine halts, {@code doWork} throws an {@link EngineHaltedException}, once, for the runner's error handler; from then
     * on it has nothing to do, so that other agents of a composite one go on.
     *
     * @return the same agent at every call.
     * @throws IllegalStateException if the engine is not in {@link ThreadingMode#INVOKER}.
     */
    public Agent agent() {
        return runner.agent();
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
                    feedBegun ? "the engine was fed before" : "there is nothing to be fed to the engine");
        }
        feedBegun = true;
        return new EngineFeed<>(parts.context.firstSequence(), lifecycle, ingresses);
    }

    /**
     * Changes a group's weight. It holds for what is in flight already, from the next pick on; nothing is lost or changes
     * its order. What the group has had beyond its due before is at most one batch by the new weight. For any thread. What the
     * {@link EngineBuilder#onWarning} throws comes out of here, after the weight was changed.
     *
     * @param group  name of the group.
     * @param weight 1 to {@link HandlerGroup#MAX_WEIGHT}.
     * @throws IllegalArgumentException if there is no such group, or the weight is out of range.
     * @throws EngineClosedException    if the engine is closed.
     * @throws EngineHaltedException    if the engine has halted.
     */
    public synchronized void setWeight(String group, int weight) {
        HandlerGroup.checkWeight(group, weight);
        int changed = parts.context.layout().group(group).index;
        lifecycle.checkRunning("the weight of group '" + group + "' cannot become " + weight);
        parts.weightChanges.request(changed, weight);
        parts.context.conductorThread().wake();
        parts.context.layout().dueShares.setWeight(changed, weight); // Last: the warning handler may throw.
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
        return runner.invoke();
    }

    /**
     * The low watermark: every sequence at or below it has its outcome, and the merge handler has returned from the end
     * of its batch.
     *
     * @return a sequence, one below the first one at the start.
     */
    public long lowWatermark() {
        return parts.lowWatermark.get();
    }

    /**
     * Live numbers of the engine.
     *
     * @return they change while the engine runs, and stay when it has ended.
     */
    public EngineStats stats() {
        return parts.stats;
    }

    /**
     * Accepts nothing more, waits until all that was accepted is merged, calls every {@code onShutdown}, and ends the
     * engine's threads. Records whose {@code publish} returned before are accepted. In {@link ThreadingMode#INVOKER} the
     * calling thread does the work. Closing an engine again does no harm; it waits like the first call, and like that
     * throws if the engine has halted.
     * <p>
     * Handlers, and the merge handler in {@code onResult}, may go on publishing into the engine until nothing is in flight: what they
     * publish is accepted, too. Publishers on other threads are refused at once. Handlers that always publish keep the engine from
     * ending, and are stopped by the close timeout. The end of the merge's last batch, and {@code onShutdown}, may come when nothing
     * is in flight any more: they cannot publish.
     * <p>
     * An interrupt does not shorten the wait, for what is in flight would be thrown away: the thread's interrupt flag is set again
     * at the end. How long the wait can last is what {@link EngineBuilder#closeTimeout} is for.
     *
     * @throws EngineHaltedException if the engine has halted, now or before, with the cause; also if not all was merged
     *                               within the close timeout.
     * @throws IllegalStateException if a handler calls this, or in {@link ThreadingMode#INVOKER} a thread other than the
     *                               one that started the engine, as long as it has not ended.
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
        HandlerWatcher.remove(parts.handlerWatch);
        parts.statsRefresher.stop();
        lifecycle.throwHalted();
    }
}
