package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * The duty cycle of the engine: tag, have batches handled, and again, for a round of records; then end the merge's batch.
 * <pre>
 *  ring ──▶ PartitionHandler ──▶ Backlog ──▶ Dispatcher ──▶ InFlight ──▶ MergeStage
 *                                   ▲         handlers
 *                          WeightedScheduler
 * </pre>
 * Tagging comes before every pick, so that a group that wakes waits for one batch and not for a round.
 */
final class Conductor<E> implements Agent {
    /** The ingest handler is asked again as often, if it does not wake the thread. */
    private static final long HELD_UP_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A clock that is not the system's may go faster. */
    private static final long RETRY_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EngineLifecycle lifecycle;
    private final IngestRing<E> ring;
    private final PartitionHandler<E> partitionHandler;
    /** {@code null} for none. */
    private final IngestGate<E> ingest;

    private final Backlog<E> backlog;
    private final WeightedScheduler scheduler;
    private final WeightChanges weightChanges;
    private final Dispatcher dispatcher;
    private final InFlight<E> inFlight;
    private final SubStream<E>[] subStreams;
    private final int round;
    private final NanoClock clock;
    private final LatencySampler sampler;
    private final EngineThread thread;

    /** What the dispatcher did the last time. */
    private int last;

    private final List<EventHandler<? super E>> started = new ArrayList<>();

    Conductor(
            EngineLifecycle lifecycle,
            IngestRing<E> ring,
            PartitionHandler<E> partitionHandler,
            IngestGate<E> ingest,
            Backlog<E> backlog,
            WeightedScheduler scheduler,
            WeightChanges weightChanges,
            Dispatcher dispatcher,
            InFlight<E> inFlight,
            SubStream<E>[] subStreams,
            int round,
            NanoClock clock,
            LatencySampler sampler,
            EngineThread thread) {
        this.lifecycle = lifecycle;
        this.ring = ring;
        this.partitionHandler = partitionHandler;
        this.ingest = ingest;
        this.backlog = backlog;
        this.scheduler = scheduler;
        this.weightChanges = weightChanges;
        this.dispatcher = dispatcher;
        this.inFlight = inFlight;
        this.subStreams = subStreams;
        this.round = round;
        this.clock = clock;
        this.sampler = sampler;
        this.thread = thread;
    }

    @Override
    public String roleName() {
        return thread.role().threadName();
    }

    @Override
    public void onStart() {
        try {
            if (ingest != null) {
                ingest.onStart();
            }
            dispatcher.onStart();
            Set<EventHandler<? super E>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            for (SubStream<E> subStream : subStreams) {
                if (seen.add(subStream.handler)) { // Sub-streams may share a handler.
                    started.add(subStream.handler);
                    subStream.handler.onStart();
                }
            }
        } catch (EngineHaltedException e) {
            halt(e);
        } catch (Throwable t) {
            halt(new EngineHaltedException("onStart threw: " + t, t));
        }
    }

    @Override
    public int doWork() {
        if (lifecycle.isHalted()) {
            return windUp();
        }
        long startNs = clock.nanoTime();
        sampler.begin(startNs);
        int work = 0;
        try {
            int served = 0;
            do {
                if (backlog.hasRetries()) {
                    work += backlog.resumeRetries();
                }
                work += partitionHandler.tag(last);
                if (weightChanges.isPending()) {
                    dispatcher.recall();
                    weightChanges.apply(scheduler);
                }
                if (served == 0) {
                    inFlight.publishNew();
                }
                last = dispatcher.dispatch();
                inFlight.publishCounters();
                served += last;
            } while (last > 0 && served < round && !lifecycle.isHalted());
            if (!inFlight.endBatch()) {
                dispatcher.idle();
            }
            work += served;
        } catch (EngineHaltedException e) {
            halt(e);
        } catch (Throwable t) {
            halt(new EngineHaltedException("the engine's thread failed: " + t, t));
        }
        if (work > 0) {
            thread.busy().add(clock.nanoTime() - startNs);
        } else if (isDrained()) {
            throw new AgentTerminationException();
        } else {
            thread.sleeper().sleepAtMost(mostSleepNs());
        }
        return work;
    }

    /** For how long there is nothing to do, unless the thread is woken. */
    private long mostSleepNs() {
        long mostNs = partitionHandler.isHeldUp() ? HELD_UP_SLEEP_NS : dispatcher.mostSleepNs();
        return backlog.hasRetries()
                ? Math.min(mostNs, Math.max(0, Math.min(backlog.nsToNextRetry(), RETRY_SLEEP_NS)))
                : mostNs;
    }

    private boolean isDrained() {
        return inFlight.isEmpty() && lifecycle.seal(ring.consumed()); // In this order: see EngineLifecycle.
    }

    private int windUp() {
        boolean last = dispatcher.isWoundUp();
        int work = inFlight.endBatch() ? 1 : 0;
        if (last) {
            throw new AgentTerminationException();
        }
        return work;
    }

    /** Stops the engine; what was merged before the failure is still ended as a batch. */
    private void halt(EngineHaltedException failure) {
        lifecycle.halt(failure);
        lifecycle.guard(inFlight::endBatch);
    }

    @Override
    public void onClose() {
        if (!lifecycle.isHalted() && !isDrained()) {
            halt(new EngineHaltedException("the engine's thread was interrupted", null));
        }
        Set<EventHandler<? super E>> busy = busy();
        for (EventHandler<? super E> handler : started) {
            if (!busy.contains(handler)) {
                lifecycle.guard(handler::onShutdown);
            }
        }
        if (ingest != null) {
            lifecycle.guard(ingest::onShutdown);
        }
        dispatcher.close();
    }

    /** Handlers that do not return, though the engine ends: they must not be called by two threads at a time. */
    private Set<EventHandler<? super E>> busy() {
        Set<EventHandler<? super E>> busy = Collections.newSetFromMap(new IdentityHashMap<>());
        if (!dispatcher.isWoundUp()) {
            for (SubStream<E> subStream : subStreams) {
                if (subStream.isLeased()) {
                    busy.add(subStream.handler);
                }
            }
        }
        return busy;
    }
}
