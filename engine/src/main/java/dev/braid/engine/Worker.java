package dev.braid.engine;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * The duty cycle of a thread that runs handlers: continues with the batch that goes on with the one just handled, if there is one
 * and no other is due earlier, or else takes the batch that is due first from the reserve; see {@link Exchange}. {@link
 * WorkerAccount} is the conductor's account of what workers have.
 */
final class Worker<E> implements Agent {
    private final EngineLifecycle lifecycle;
    private final SubStream<E>[] subStreams;
    private final HandlerLoop<E> loop;
    private final NanoClock clock;
    private final EngineThread thread;
    private final Exchange exchange;
    private volatile boolean stopping;
    private volatile boolean ended;

    /** The batch that it has taken and not begun, or {@code null}. */
    private Batch next;

    Worker(EngineContext<E> context, Exchange exchange, EngineThread thread) {
        this.lifecycle = context.lifecycle();
        this.subStreams = context.layout().subStreams;
        this.loop = new HandlerLoop<>(context.pool(), context.clock(), null, thread.call());
        this.exchange = exchange;
        this.clock = context.clock();
        this.thread = thread;
    }

    // For the conductor.

    /** Ends the worker: there will be no more batches. */
    void stop() {
        stopping = true;
        thread.wake();
    }

    boolean hasEnded() {
        return ended;
    }

    // For the worker's thread.

    @Override
    public String roleName() {
        return thread.name();
    }

    @Override
    public int doWork() {
        if (stopping || lifecycle.isHalted()) {
            throw new AgentTerminationException();
        }
        Batch batch = take();
        if (batch == null) {
            return 0;
        }
        EngineHaltedException failure = handle(batch);
        goOn(end(batch));
        if (failure != null) {
            lifecycle.halt(failure); // Last, when earlier results have been given back.
        }
        return 1;
    }

    /** Takes the next batch, or returns {@code null} if there is none. */
    Batch take() {
        Batch batch = next;
        next = null;
        if (batch == null) {
            batch = exchange.takeFirst();
            if (batch != null && thread.sleeper().stopIdling()) {
                exchange.passOn();
            }
        }
        return batch;
    }

    /** Handles a batch. Returns why the engine has to stop, or {@code null}. */
    EngineHaltedException handle(Batch batch) {
        batch.isBegun = true;
        exchange.begun();
        long startNs = clock.nanoTime();
        try {
            for (int run = 0; run < batch.runs && !lifecycle.isHalted(); run++) {
                handle(batch, run);
            }
            return null;
        } catch (EngineHaltedException e) {
            return e;
        } finally {
            batch.elapsedNs = clock.nanoTime() - startNs;
            thread.busy().add(batch.elapsedNs);
        }
    }

    private void handle(Batch batch, int run) {
        SubStream<E> subStream = subStreams[batch.subStreams[run]];
        if (subStream.isSuspended()) {
            return; // By an earlier run, which was not back yet when this one was handed over.
        }
        if (batch.firsts[run] == Cell.NONE) {
            batch.firsts[run] = subStream.head();
        }
        try {
            boolean measures = batch.measures && run == 0;
            batch.handled[run] = loop.run(subStream, batch.firsts[run], batch.counts[run], batch.depths[run], measures);
            if (measures) {
                batch.begunNs = loop.begunNs();
                batch.endedNs = loop.endedNs();
            }
        } catch (EngineHaltedException e) {
            batch.handled[run] = loop.handledBeforeFailure();
            throw e;
        }
    }

    /**
     * Gives a batch back, before anybody can handle what goes on with it, so that batches come back in order.
     *
     * @return the batch that goes on with it, or {@code null}.
     */
    Batch end(Batch batch) {
        Batch further = batch.isComplete() && batch.further.getAcquire() != null ? batch.further.getAndSet(null) : null;
        exchange.giveBack(batch);
        return further;
    }

    /** Decides between the batch that goes on with the ended one, if there is one, and a batch that is due earlier. */
    void goOn(Batch further) {
        if (further != null) {
            next = exchange.swapForEarlier(further);
        }
    }

    @Override
    public void onClose() {
        ended = true;
        exchange.ended();
        if (!stopping) {
            lifecycle.halt(new EngineHaltedException("the thread of " + roleName() + " was interrupted", null));
        }
    }
}
