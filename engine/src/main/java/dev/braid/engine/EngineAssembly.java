package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import dev.braid.engine.EngineCounters.PerEngine;
import dev.braid.engine.EngineCounters.PerGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The parts of an engine, put together: the conductor alone, with handlers and merge inside its own duty cycle, or with
 * workers and a merge of their own.
 * <pre>
 *  ring ──▶ Conductor                                        one agent
 *
 *  ring ──▶ Conductor ──▶ Worker × n ──▶ Conductor ──▶ MergeAgent
 * </pre>
 */
final class EngineAssembly<E> implements StatsRefresh {
    /**
     * Cells on top of those for a ring of records, for the groups' bounds twice (a group may be full of the shared ingress's
     * records when as many of its own come, see {@link IngressCredit}) and for a ring of stalled ones. Empty slots are not counted:
     * they may lack their cells.
     */
    private static final int SPARE_CELLS = 64;

    final EngineLifecycle lifecycle;
    final EngineLayout<E> layout;
    final IngestRing<E> ring;
    final WeightChanges weightChanges;
    final Sequence lowWatermark;

    final Conductor<E> conductor;
    final Worker<E>[] workers;
    /** {@code null} where the conductor merges. */
    final MergeAgent<E> mergeAgent;

    /** The conductor's first, then the workers' and the merge's, if they have some. */
    final EngineThread[] threads;

    final EngineStats stats;
    final HandlerWatch handlerWatch;
    final MergeWaits mergeWaits;
    final CountersFile countersFile;

    private final EngineBuilder<E> settings;
    private final NanoClock clock;
    private final LatencySampler sampler;
    private final CellPool<E> pool;
    /** By thread. */
    private final HandlerCall[] handlerCalls;

    EngineAssembly(EngineBuilder<E> settings, EngineLifecycle lifecycle) {
        this.settings = settings;
        this.clock = settings.nanoClock;
        this.lifecycle = lifecycle;
        boolean dedicated = settings.threadingMode == ThreadingMode.DEDICATED;
        ThreadRole[] roles = roles(settings.engineName, dedicated ? settings.workers : 0);
        int counters = EngineCounters.count(roles.length, settings.groups.size());
        Path file = settings.countersFile;
        this.countersFile = file == null ? CountersFile.inMemory(counters) : CountersFile.create(file, counters);
        String[] names = Stream.of(roles).map(ThreadRole::threadName).toArray(String[]::new);
        this.layout = new EngineLayout<>(settings, names, countersFile);
        settings.mergeHandlerOrDefault().onBuild(List.copyOf(settings.groups), layout.handlers());
        this.threads = threads(roles);
        lifecycle.wakes(this::wakeAll);
        this.lowWatermark = new Sequence(settings.resumePoint.firstSequence() - 1);
        this.mergeWaits = new MergeWaits(
                settings.resumePoint.firstSequence(),
                lifecycle,
                threads[0].sleeper().wakeUp());
        this.handlerCalls =
                Stream.generate(HandlerCall::new).limit(threads.length).toArray(HandlerCall[]::new);
        this.handlerWatch = new HandlerWatch(handlerCalls, names, layout, settings.stuckHandlerAfterNs());
        this.pool = new CellPool<>(
                settings.factory,
                IngestRing.sizeOf(settings.ringSize, layout.ownInFlightBound)
                        + layout.inFlightBound
                        + settings.ringSize
                        + SPARE_CELLS);
        RingWaits waits = new RingWaits(layout.groups.length, clock);
        this.ring = new IngestRing<>(
                settings.producerType,
                settings.ringSize,
                layout.ownInFlightBound,
                pool,
                waits,
                threads[0].sleeper().wakeUp());
        this.weightChanges = new WeightChanges(layout.groups.length);

        IngestGate<E> ingest = settings.ingestHandler == null
                ? null
                : new IngestGate<>(settings.ingestHandler, ring, settings.resumePoint.firstSequence());
        MergeStage<E> merger = new MergeStage<>(settings.mergeHandlerOrDefault(), lowWatermark, settings.idlePeriodNs);
        MergeQueue mergeQueue =
                dedicated ? new MergeQueue(pool.capacity(), threads[0], threads[threads.length - 1]) : null;
        Batch[] batches = Batches.forWorkers(dedicated ? settings.workers : 0, maxRuns());
        Exchange exchange = dedicated ? new Exchange(threads, batches.length) : null;
        this.workers = newWorkers(exchange);
        this.mergeAgent = dedicated
                ? new MergeAgent<>(lifecycle, pool, mergeQueue, merger, clock, threads[threads.length - 1])
                : null;
        this.sampler = new LatencySampler(layout.groups.length, clock.nanoTime());
        InFlight<E> inFlight = new InFlight<>(
                settings.mergeOrder,
                pool,
                layout,
                merger,
                mergeQueue,
                mergeWaits,
                settings.resumePoint.firstSequence());
        WeightedScheduler scheduler = new WeightedScheduler(
                layout.weights,
                settings.round,
                new ShareMeter(layout.groups.length, layout.counters),
                group -> layout.groups[group].waiting());
        Backlog<E> backlog = new Backlog<>(pool, layout, scheduler, new Retries<>(clock));
        Dispatcher dispatcher = dedicated
                ? toWorkers(inFlight, backlog, scheduler, exchange, batches)
                : inline(inFlight, backlog, scheduler, merger);
        this.conductor = new Conductor<>(
                lifecycle,
                ring,
                new PartitionHandler<>(
                        ring,
                        pool,
                        new PartitionLookAhead<>(
                                ring,
                                IngressPartitioner.ofAll(settings.groups, settings.partitioner),
                                settings.resumePoint),
                        layout,
                        backlog,
                        inFlight,
                        new TaggingBudget<>(scheduler, costClock(), settings.round, layout.groups),
                        lifecycle,
                        sampler,
                        ingest,
                        settings.resumePoint.firstSequence()),
                ingest,
                backlog,
                scheduler,
                weightChanges,
                dispatcher,
                inFlight,
                layout.subStreams,
                settings.round,
                clock,
                sampler,
                threads[0]);
        this.stats = new EngineStats(layout.counters.reader(), countersFile.processId, this);
        layout.counters.set(PerEngine.RING_SIZE, ring.size());
        layout.counters.set(PerEngine.STARTED_AT_MS, System.currentTimeMillis());
        refresh();
        if (file != null) {
            countersFile.appear(file);
        }
    }

    private static ThreadRole[] roles(String engine, int workers) {
        List<ThreadRole> roles = new ArrayList<>(List.of(new ThreadRole(engine, ThreadRole.CONDUCTOR, 0)));
        for (int i = 0; i < workers; i++) {
            roles.add(new ThreadRole(engine, ThreadRole.WORKER, i));
        }
        if (workers > 0) {
            roles.add(new ThreadRole(engine, ThreadRole.MERGE, 0));
        }
        return roles.toArray(ThreadRole[]::new);
    }

    private EngineThread[] threads(ThreadRole[] roles) {
        EngineThread[] made = new EngineThread[roles.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = EngineThread.of(roles[i], settings, new BusyTime(layout.counters, i));
        }
        return made;
    }

    private void wakeAll() {
        for (EngineThread thread : threads) {
            thread.wake();
        }
    }

    private Worker<E>[] newWorkers(Exchange exchange) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Worker<E>[] workers = new Worker[Math.max(0, threads.length - 2)]; // Between the conductor and the merge.
        for (int i = 0; i < workers.length; i++) {
            HandlerLoop<E> loop = new HandlerLoop<>(pool, clock, null, handlerCalls[i + 1]);
            workers[i] = new Worker<>(lifecycle, layout.subStreams, loop, exchange, clock, threads[i + 1]);
        }
        return workers;
    }

    private Dispatcher inline(
            InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler, MergeStage<E> merger) {
        HandlerLoop<E> loop = new HandlerLoop<>(pool, clock, inFlight, handlerCalls[0]);
        return new InlineDispatcher<>(
                lifecycle, inFlight, layout.subStreams, backlog, scheduler, pool, loop, sampler, merger, costClock());
    }

    /** Measures what is done, or {@code null} where records are the cost. */
    private NanoClock costClock() {
        return settings.costModel == CostModel.NANOSECONDS ? clock : null;
    }

    private Dispatcher toWorkers(
            InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler, Exchange exchange, Batch[] all) {
        BatchCost cost = new BatchCost(settings.costModel, layout.groups.length);
        Batches<E> batches = new Batches<>(inFlight, pool, backlog, scheduler, sampler, cost, all);
        return new WorkerDispatcher<>(inFlight, batches, backlog, scheduler, exchange, workers, mergeAgent);
    }

    /** No batch has more runs, for each run is of another sub-stream and has a record. */
    private int maxRuns() {
        return Math.min(settings.round, layout.subStreams.length);
    }

    @Override
    public void refresh() {
        EngineCounters counters = layout.counters;
        counters.set(PerEngine.STATE, lifecycle.state().ordinal());
        counters.set(PerEngine.RING_FREE, ring.size() - (ring.cursor() - ring.consumed()));
        handlerWatch.look(System.nanoTime());
        counters.set(PerEngine.LOW_WATERMARK, lowWatermark.get());
        counters.set(PerEngine.UPDATED_AT_MS, System.currentTimeMillis());
    }

    @Override
    public void refreshLatencies(int group) {
        sampler.waiting(group).publish(layout.counters, group, PerGroup.WAITING_SAMPLES);
        sampler.handling(group).publish(layout.counters, group, PerGroup.HANDLING_SAMPLES);
        sampler.inRing(group).publish(layout.counters, group, PerGroup.IN_RING_SAMPLES);
    }

    /** By thread, as {@link #threads}: what it runs. */
    Agent agent(int thread) {
        if (thread == 0) {
            return conductor;
        }
        return thread <= workers.length ? workers[thread - 1] : mergeAgent;
    }
}
