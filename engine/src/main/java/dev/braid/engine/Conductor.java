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
    private final PartitionHandler<E> partitionHandler;
    private final WeightedScheduler scheduler;
    private final Group<E>[] groups;
    private final SubStream<E>[] subStreams;
    private final Merger<E> merger;
    private final HandlerLoop<E> loop;
    private final Retries<E> retries;
    private final WeightChanges weightChanges;
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
            WeightChanges weightChanges,
            EngineBuilder<E> settings,
            ErrorHandler errorHandler) {
        this.lifecycle = lifecycle;
        this.ring = ring;
        this.partitionHandler = partitionHandler;
        this.scheduler = scheduler;
        this.groups = layout.groups;
        this.subStreams = layout.subStreams;
        this.merger = merger;
        this.loop = new HandlerLoop<>(pool, settings.errorPolicy, merger);
        this.retries = new Retries<>(settings.errorPolicy, settings.nanoClock);
        this.weightChanges = weightChanges;
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
                if (!retries.isEmpty()) {
                    work += resumeRetries();
                }
                work += partitionHandler.tag();
                if (weightChanges.isPending()) {
                    weightChanges.apply(scheduler);
                }
                group = scheduler.pick();
                if (group == WeightedScheduler.NONE) {
                    break;
                }
                served += serve(groups[group]);
            } while (served < round && !lifecycle.isHalted());
            if (!merger.endBatch()) {
                merger.idle();
            }
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
            // Handled and merged in one pass. What either handler throws ends the engine: no need to leave all in
            // order.
            loop.run(subStream, subStream.head(), turn, subStream.size());
            subStream.removeUpTo(loop.next(), loop.handled());
            if (subStream.suspended) {
                group.handled(loop.handled());
                retries.add(subStream);
            } else {
                group.handled(turn);
                if (subStream.size() > 0) {
                    group.addReady(subStream);
                }
            }
            served += Math.min(turn, loop.handled() + 1); // An attempt is service, too.
        } while (served < batchSize && group.isBacklogged());
        long cost = clock == null ? served : Math.max(served, clock.nanoTime() - startNs);
        scheduler.charge(group.index, cost, group.isBacklogged());
        merger.touch(group);
        return served;
    }

    private int resumeRetries() {
        int count = 0;
        SubStream<E> subStream;
        while ((subStream = retries.pollDue()) != null) {
            subStream.suspended = false;
            partitionHandler.ready(subStream);
            count++;
        }
        return count;
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
