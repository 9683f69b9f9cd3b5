package dev.braid.engine;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * The engine's duty cycle: alternates between tagging and dispatching for a round of records, then ends the merge's batch.
 * <pre>
 *  ring ──▶ PartitionHandler ──▶ Backlog ──▶ Dispatcher ──▶ InFlight ──▶ MergeStage
 *                                   ▲         handlers
 *                          WeightedScheduler
 * </pre>
 * Tagging precedes every pick, so that a group that wakes waits for one batch and not for a round.
 */
final class Conductor<E> implements Agent {
    /** Longest sleep while the ingest handler holds records up and does not wake the thread. */
    private static final long HELD_UP_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Longest sleep before a retry, because a clock other than the system's may run faster. */
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

    /** Work that the dispatcher did in the last cycle. */
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

    /** Serves about a round of records, and returns how much work was done. */
    private int serveRound() {
        int tagged = 0;
        int served = 0;
        do {
            int caughtUp = dispatcher.catchUp();
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
            last = caughtUp + dispatcher.dispatch();
            inFlight.publishCounters();
            served += last;
        } while (last > 0 && served < round && !lifecycle.isHalted());
        if (!inFlight.endBatch()) {
            dispatcher.idle();
        }
        return tagged + served;
    }

    /** Returns how long the thread may sleep unless it is woken. */
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

    /** Stops the engine. Results that were merged before the failure are still ended as a batch. */
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
