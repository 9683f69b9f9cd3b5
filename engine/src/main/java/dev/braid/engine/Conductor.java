package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * The duty cycle of the engine: tag, pick a group, have a batch of it handled and merged, and again, for a round of
 * records; then end the merge's batch.
 * <pre>
 *  ring ──▶ PartitionHandler ──▶ queues of sub-streams ──▶ handlers ──▶ Merger ──▶ merge handler
 *                                         ▲
 *                                 WeightedScheduler
 * </pre>
 * Tagging comes before every pick, so that a group that wakes waits for one batch and not for a round.
 */
final class Conductor<E> implements Agent {
    private final Lifecycle lifecycle;
    private final IngestRing<E> ring;
    private final CellPool<E> pool;
    private final PartitionHandler<E> partitionHandler;
    private final WeightedScheduler scheduler;
    private final Group<E>[] groups;
    private final SubStream<E>[] subStreams;
    private final Merger<E> merger;
    private final ErrorPolicy errorPolicy;
    private final ErrorHandler errorHandler;
    private final int round;
    /** Measures the cost of batches, or {@code null} where records are the cost. */
    private final NanoClock clock;

    private final List<EventHandler<? super E>> started = new ArrayList<>();

    Conductor(
            Lifecycle lifecycle,
            IngestRing<E> ring,
            CellPool<E> pool,
            PartitionHandler<E> partitionHandler,
            WeightedScheduler scheduler,
            Layout<E> layout,
            Merger<E> merger,
            EngineBuilder<E> settings,
            ErrorHandler errorHandler) {
        this.lifecycle = lifecycle;
        this.ring = ring;
        this.pool = pool;
        this.partitionHandler = partitionHandler;
        this.scheduler = scheduler;
        this.groups = layout.groups;
        this.subStreams = layout.subStreams;
        this.merger = merger;
        this.errorPolicy = settings.errorPolicy;
        this.errorHandler = errorHandler;
        this.round = settings.round;
        this.clock = settings.costModel == CostModel.NANOSECONDS ? settings.nanoClock : null;
    }

    @Override
    public String roleName() {
        return "braid-engine";
    }

    @Override
    public void onStart() {
        try {
            merger.onStart();
            Set<EventHandler<? super E>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (SubStream<E> subStream : subStreams) {
                if (seen.add(subStream.handler)) { // Sub-streams may share a handler.
                    started.add(subStream.handler);
                    subStream.handler.onStart();
                }
            }
        } catch (Throwable t) {
            halt(new EngineHaltedException("onStart threw: " + t, t));
        }
    }

    @Override
    public int doWork() {
        if (lifecycle.isHalted()) {
            throw new AgentTerminationException();
        }
        int work = 0;
        try {
            int served = 0;
            int group;
            do {
                work += partitionHandler.tag();
                group = scheduler.pick();
                if (group == WeightedScheduler.NONE) {
                    break;
                }
                served += serve(groups[group]);
            } while (served < round && !lifecycle.isHalted());
            merger.endBatch();
            work += served;
        } catch (Throwable t) {
            halt(
                    t instanceof EngineHaltedException e
                            ? e
                            : new EngineHaltedException("the engine's thread failed: " + t, t));
        }
        if (work == 0 && isDrained()) {
            throw new AgentTerminationException();
        }
        return work;
    }

    private boolean isDrained() {
        return ring.consumed() >= lifecycle.acceptedThrough() && merger.isEmpty();
    }

    private int serve(Group<E> group) {
        int batchSize = scheduler.batchSize(group.index);
        long startNs = clock == null ? 0 : clock.nanoTime();
        int served = 0;
        do {
            SubStream<E> subStream = group.takeReady();
            int turn = Math.min(subStream.size(), batchSize - served);
            serve(subStream, turn);
            served += turn;
            if (subStream.size() > 0) {
                group.addReady(subStream);
            }
        } while (served < batchSize && group.isBacklogged());
        long cost = clock == null ? served : Math.max(served, clock.nanoTime() - startNs);
        scheduler.charge(group.index, cost, group.isBacklogged());
        merger.touch(group);
        return served;
    }

    /**
     * Has the next records of a sub-stream handled, and merges each at once, while it is in the cache. What either
     * handler throws ends the engine, so the queue need not be left in order then.
     */
    private void serve(SubStream<E> subStream, int turn) {
        EventHandler<? super E> handler = subStream.handler;
        try {
            handler.onBatchStart(turn, subStream.size());
        } catch (Throwable t) {
            throw new EngineHaltedException("onBatchStart of " + name(subStream) + " threw: " + t, t);
        }
        int next = subStream.head();
        for (int left = turn - 1; left >= 0; left--) {
            Cell<E> cell = pool.get(next);
            try {
                handler.onEvent(cell.record, cell.sequence, left == 0);
            } catch (Throwable t) {
                if (t instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                if (errorPolicy == ErrorPolicy.HALT || t instanceof Error || t instanceof InterruptedException) {
                    throw new EngineHaltedException(
                            "the handler of " + name(subStream) + " threw at sequence " + cell.sequence + ": " + t, t);
                }
                cell.cause = t;
            }
            next = cell.next;
            merger.complete(cell);
        }
        subStream.removeUpTo(next, turn);
    }

    private String name(SubStream<E> subStream) {
        return "sub-stream " + subStream.id + " (group '" + subStream.group.name + "')";
    }

    /** Stops the engine; what was merged before the failure is still ended as a batch. */
    private void halt(EngineHaltedException failure) {
        boolean isFirst = lifecycle.halt(failure);
        try {
            merger.endBatch();
        } catch (EngineHaltedException e) {
            errorHandler.onError(e);
        }
        if (isFirst) {
            errorHandler.onError(failure);
        }
    }

    @Override
    public void onClose() {
        if (!lifecycle.isHalted() && !isDrained()) {
            halt(new EngineHaltedException("the engine's thread was interrupted", null));
        }
        for (EventHandler<? super E> handler : started) {
            shutDown(handler::onShutdown);
        }
        shutDown(merger::onShutdown);
        lifecycle.closed();
    }

    private void shutDown(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable t) {
            errorHandler.onError(t);
        }
    }
}
