package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * Creates the parts of an engine and connects them: the conductor alone, with handlers and merge inside its own duty cycle, or with
 * workers and a merge thread.
 * <pre>
 *  ring ──▶ Conductor                                        one agent
 *
 *  ring ──▶ Conductor ──▶ Worker × n ──▶ Conductor ──▶ MergeAgent
 * </pre>
 */
final class EngineAssembly<E> {
    /**
     * Cells in addition to those for a ring of records, for twice the groups' bounds (a group may be full of the shared ingress's
     * records when as many of its own come, see {@link IngressCredit}) and for a ring of stalled records. Empty slots are not
     * counted, because they may lack their cells.
     */
    private static final int SPARE_CELLS = 64;

    final EngineContext<E> context;
    final IngestRing<E> ring;
    final MergeWaits mergeWaits;
    final WeightChanges weightChanges;
    final Sequence lowWatermark;
    final HandlerWatch handlerWatch;
    final Dispatcher dispatcher;
    final Conductor<E> conductor;
    final EngineStats stats;
    final StatsRefresher statsRefresher;

    EngineAssembly(EngineConfig<E> config, EngineLifecycle lifecycle) {
        CountersFile countersFile = countersFile(config);
        this.context = context(config, lifecycle, countersFile);
        this.ring = context.ring();
        lifecycle.wakes(context::wakeThreads);
        this.lowWatermark = new Sequence(context.firstSequence() - 1);
        this.mergeWaits = new MergeWaits(
                context.firstSequence(), lifecycle, context.conductorThread().wakeUp());
        this.handlerWatch = new HandlerWatch(context.threads(), context.layout(), config.stuckHandlerAfterNs);
        MergeStage<E> merge = new MergeStage<>(config.mergeHandler, lowWatermark, config.idlePeriodNs);
        MergeQueue mergeQueue = config.isDedicated() ? mergeQueue() : null;
        InFlight<E> inFlight = new InFlight<>(context, merge, mergeQueue, mergeWaits);
        WeightedScheduler scheduler = scheduler();
        this.weightChanges = new WeightChanges(scheduler, context.layout().groups.length);
        Backlog<E> backlog = new Backlog<>(context, scheduler);
        this.dispatcher = config.isDedicated()
                ? workers(inFlight, backlog, scheduler, new MergeAgent<>(context, mergeQueue, merge))
                : inline(inFlight, backlog, scheduler, merge);
        this.conductor = new Conductor<>(
                context,
                partitionHandler(inFlight, backlog, scheduler),
                backlog,
                weightChanges,
                dispatcher,
                inFlight,
                new Handlers<>(context));
        StatsRefresh refresh = new LiveStats<>(context, handlerWatch, lowWatermark);
        this.stats = new EngineStats(context.layout().counters.reader(), countersFile.processId, refresh);
        this.statsRefresher = new StatsRefresher(refresh, countersFile, config);
        countersFile.commit();
    }

    private static CountersFile countersFile(EngineConfig<?> config) {
        int count = EngineCounters.count(EngineThread.roles(config).size(), config.groups.size(), config.gauges.size());
        Path file = config.countersFile;
        return file == null ? CountersFile.inMemory(count) : CountersFile.create(file, count);
    }

    private static <E> EngineContext<E> context(
            EngineConfig<E> config, EngineLifecycle lifecycle, CountersFile countersFile) {
        List<ThreadRole> roles = EngineThread.roles(config);
        EngineLayout<E> layout = new EngineLayout<>(config, roles, countersFile);
        config.mergeHandler.onBuild(config.groups, layout.handlers());
        if (config.ingestHandler != null) {
            config.ingestHandler.onBuild(config.groups);
        }
        List<EngineThread> threads = EngineThread.all(roles, config, layout.counters);
        int own = layout.ownInFlightBound;
        int slots = IngestRing.sizeOf(config.ringSize, own);
        CellPool<E> pool = new CellPool<>(config.factory, slots + layout.inFlightBound + config.ringSize + SPARE_CELLS);
        RingWaits waits = new RingWaits(layout.groups.length, config.nanoClock);
        WakeUp reader = threads.get(0).wakeUp();
        IngestRing<E> ring = new IngestRing<>(
                config.producerType, config.ringSize, own, config.resumePoint.firstSequence(), pool, waits, reader);
        LatencySampler sampler = new LatencySampler(layout.groups.length, config.nanoClock);
        return new EngineContext<>(config, lifecycle, layout, threads, pool, ring, sampler);
    }

    private WeightedScheduler scheduler() {
        EngineLayout<E> layout = context.layout();
        ShareMeter meter = new ShareMeter(layout.groups.length, layout.counters);
        return new WeightedScheduler(
                layout.weights, context.config().round, meter, group -> layout.groups[group].waiting());
    }

    private PartitionHandler<E> partitionHandler(
            InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler) {
        EngineConfig<E> config = context.config();
        PartitionLookAhead<E> lookAhead = new PartitionLookAhead<>(
                ring, IngressPartitioner.ofAll(config.groups, config.partitioner), config.resumePoint);
        TaggingBudget<E> budget =
                new TaggingBudget<>(scheduler, context.costClock(), config.round, context.layout().groups);
        return new PartitionHandler<>(context, lookAhead, backlog, inFlight, budget, IngestGate.of(context));
    }

    private Dispatcher inline(
            InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler, MergeStage<E> merge) {
        HandlerLoop<E> loop = new HandlerLoop<>(
                context.pool(),
                context.clock(),
                inFlight,
                context.conductorThread().call());
        return new InlineDispatcher<>(context, inFlight, backlog, scheduler, loop, merge);
    }

    private MergeQueue mergeQueue() {
        return new MergeQueue(context.pool().capacity(), context.conductorThread(), context.mergeThread());
    }

    private Dispatcher workers(
            InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler, MergeAgent<E> mergeAgent) {
        EngineConfig<E> config = context.config();
        EngineLayout<E> layout = context.layout();
        // A batch has no more runs than this, because each run is of another sub-stream and has a record.
        int maxRuns = Math.min(config.round, layout.subStreams.length);
        Batch[] all = Batches.forWorkers(config.workers, maxRuns);
        BatchCost cost = new BatchCost(config.costModel, layout.groups.length);
        Batches<E> batches = new Batches<>(context, inFlight, backlog, scheduler, cost, all);
        Exchange exchange = new Exchange(context.threads().toArray(EngineThread[]::new), all.length);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Worker<E>[] workers = new Worker[config.workers];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker<>(context, exchange, context.workerThread(i));
        }
        return new WorkerDispatcher<>(inFlight, batches, backlog, scheduler, exchange, workers, mergeAgent);
    }

    CloseTimeout closeTimeout() {
        EngineLifecycle lifecycle = context.lifecycle();
        return new CloseTimeout(context.config().closeTimeoutNs, lifecycle, lowWatermark);
    }

    /** Returns what the engine's threads run, in the order of {@link EngineContext#threads()}. */
    List<Agent> agents() {
        List<Agent> agents = new ArrayList<>();
        agents.add(conductor);
        agents.addAll(dispatcher.agents());
        return agents;
    }
}
