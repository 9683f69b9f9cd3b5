package dev.braid.engine;

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
    private final Backlog<E> backlog;
    private final WeightChanges weightChanges;
    private final Dispatcher dispatcher;
    private final InFlight<E> inFlight;
    private final Handlers<E> handlers;
    private final int round;
    private final NanoClock clock;
    private final LatencySampler sampler;
    private final EngineThread thread;

    /** What the dispatcher did the last time. */
    private int last;

    Conductor(
            EngineContext<E> context,
            PartitionHandler<E> partitionHandler,
            Backlog<E> backlog,
            WeightChanges weightChanges,
            Dispatcher dispatcher,
            InFlight<E> inFlight,
            Handlers<E> handlers) {
        this.lifecycle = context.lifecycle();
        this.ring = context.ring();
        this.partitionHandler = partitionHandler;
        this.backlog = backlog;
        this.weightChanges = weightChanges;
        this.dispatcher = dispatcher;
        this.inFlight = inFlight;
        this.handlers = handlers;
        this.round = context.config().round;
        this.clock = context.clock();
        this.sampler = context.sampler();
        this.thread = context.conductorThread();
    }

    @Override
    public String roleName() {
        return thread.name();
    }

    @Override
    public void onStart() {
        try {
            partitionHandler.onStart();
            dispatcher.onStart();
            handlers.start();
        } catch (EngineHaltedException e) {
            halt(e);
        } catch (Throwable t) {
            halt(new EngineHaltedException("onStart threw: " + t, t));
        }
    }

    @Override
    public int doWork() {
        if (lifecycle.isHalted()) {
            return quiesce();
        }
        long startNs = clock.nanoTime();
        sampler.begin(startNs);
        int work = 0;
        try {
            work = serveRound();
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

    /** Returns how much work was done. */
    private int serveRound() {
        int tagged = 0;
        int served = 0;
        do {
            if (backlog.hasRetries()) {
                tagged += backlog.resumeRetries();
            }
            tagged += partitionHandler.tag(last);
            if (weightChanges.isPending()) {
                dispatcher.recall();
                weightChanges.apply();
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
        return tagged + served;
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

    private int quiesce() {
        boolean isQuiesced = dispatcher.quiesce();
        int work = inFlight.endBatch() ? 1 : 0;
        if (isQuiesced) {
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
        handlers.stop(dispatcher.quiesce());
        lifecycle.guard(partitionHandler::onShutdown);
        dispatcher.close();
    }
}
