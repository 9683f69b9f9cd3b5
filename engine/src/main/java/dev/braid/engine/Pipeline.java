package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import java.util.ArrayList;
import java.util.List;
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
final class Pipeline<E> {
    /** Cells for records that failed before they had a group, on top of those for the groups' bounds and the stalled. */
    private static final int SPARE_CELLS = 64;

    final Lifecycle lifecycle;
    final Layout<E> layout;
    final IngestRing<E> ring;
    final WeightChanges weightChanges;
    final Sequence lowWatermark;

    final Conductor<E> conductor;
    final Worker<E>[] workers;
    /** {@code null} where the conductor merges. */
    final MergeAgent<E> mergeAgent;

    private final EngineBuilder<E> settings;
    private final CellPool<E> pool;

    Pipeline(EngineBuilder<E> settings, Lifecycle lifecycle) {
        this.settings = settings;
        this.lifecycle = lifecycle;
        this.layout = new Layout<>(settings.groups, settings.inFlightBounds(), settings.workers);
        this.lowWatermark = new Sequence(settings.firstSequence - 1);
        this.pool = new CellPool<>(
                settings.factory,
                IngestRing.sizeOf(settings.ringSize, layout.inFlightBound)
                        + layout.inFlightBound
                        + settings.ringSize
                        + SPARE_CELLS);
        this.ring = new IngestRing<>(settings.producerType, settings.ringSize, layout.inFlightBound, pool);
        this.weightChanges = new WeightChanges(layout.groups.length);

        boolean dedicated = settings.threadingMode == ThreadingMode.DEDICATED;
        Merger<E> merger = new Merger<>(settings.mergeHandlerOrDefault(), lowWatermark);
        MergeQueue mergeQueue = dedicated ? new MergeQueue(pool.capacity()) : null;
        this.workers = newWorkers(dedicated ? settings.workers : 0);
        this.mergeAgent = dedicated ? new MergeAgent<>(lifecycle, pool, mergeQueue, merger) : null;
        InFlight<E> inFlight =
                new InFlight<>(settings.mergeOrder, pool, layout, merger, mergeQueue, settings.firstSequence);
        WeightedScheduler scheduler = new WeightedScheduler(
                layout.weights, settings.round, new ShareMeter(layout.groups.length, layout.counters));
        Backlog<E> backlog =
                new Backlog<>(pool, layout, scheduler, new Retries<>(settings.errorPolicy, settings.nanoClock));
        Dispatcher dispatcher =
                dedicated ? toWorkers(inFlight, backlog, scheduler) : inline(inFlight, backlog, scheduler, merger);
        this.conductor = new Conductor<>(
                lifecycle,
                ring,
                new PartitionHandler<>(
                        ring,
                        pool,
                        settings.partitionerOrDefault(),
                        layout,
                        backlog,
                        inFlight,
                        lifecycle,
                        settings.firstSequence),
                backlog,
                scheduler,
                weightChanges,
                dispatcher,
                inFlight,
                layout.subStreams,
                settings.round);
    }

    private Worker<E>[] newWorkers(int count) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Worker<E>[] workers = new Worker[count];
        for (int i = 0; i < count; i++) {
            HandlerLoop<E> loop = new HandlerLoop<>(pool, settings.errorPolicy, null);
            workers[i] = new Worker<>(lifecycle, layout.subStreams, loop, settings.nanoClock, i);
        }
        return workers;
    }

    private Dispatcher inline(InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler, Merger<E> merger) {
        NanoClock clock = settings.costModel == CostModel.NANOSECONDS ? settings.nanoClock : null;
        HandlerLoop<E> loop = new HandlerLoop<>(pool, settings.errorPolicy, inFlight);
        return new InlineDispatcher<>(lifecycle, backlog, scheduler, loop, merger, clock);
    }

    private Dispatcher toWorkers(InFlight<E> inFlight, Backlog<E> backlog, WeightedScheduler scheduler) {
        BatchCost cost = new BatchCost(settings.costModel, layout.groups.length);
        return new WorkerDispatcher<>(inFlight, pool, backlog, scheduler, workers, mergeAgent, cost, maxRuns());
    }

    /** No batch has more runs, for each run is of another sub-stream and has a record. */
    private int maxRuns() {
        return Math.min(settings.round, layout.subStreams.length);
    }

    /** Each to be run by a thread of its own. The conductor comes last, so that all others are there when it begins. */
    List<Agent> agents() {
        List<Agent> agents = new ArrayList<>(List.of(workers));
        if (mergeAgent != null) {
            agents.add(mergeAgent);
        }
        agents.add(conductor);
        return agents;
    }
}
