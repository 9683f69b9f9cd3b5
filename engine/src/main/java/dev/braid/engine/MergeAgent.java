package dev.braid.engine;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

/**
 * The duty cycle of the merge thread: takes results from the conductor in the order in which it releases them, and ends the merge's
 * batch when it has taken all that there are. It outlives the conductor, to merge what the conductor left.
 */
final class MergeAgent<E> implements Agent {
    private final EngineLifecycle lifecycle;
    private final CellPool<E> pool;
    private final MergeQueue queue;
    private final MergeStage<E> merger;
    private final NanoClock clock;
    private final EngineThread thread;
    private volatile boolean conductorHasEnded;

    MergeAgent(EngineContext<E> context, MergeQueue queue, MergeStage<E> merger) {
        this.lifecycle = context.lifecycle();
        this.pool = context.pool();
        this.queue = queue;
        this.merger = merger;
        this.clock = context.clock();
        this.thread = context.mergeThread();
    }

    @Override
    public String roleName() {
        return thread.name();
    }

    @Override
    public void onStart() {
        thread.sleeper().sleepAtMost(merger.idlePeriodNs());
        try {
            merger.onStart();
        } catch (EngineHaltedException e) {
            lifecycle.halt(e);
        }
    }

    /** Notes that nothing more will be handed over. For the conductor. */
    void conductorHasEnded() {
        conductorHasEnded = true;
        thread.wake();
    }

    @Override
    public int doWork() {
        boolean last = conductorHasEnded; // Before the queue is looked at.
        long count = merger.isBroken() ? 0 : queue.begin();
        try {
            if (count > 0) {
                long startNs = clock.nanoTime();
                for (long i = 0; i < count; i++) {
                    int index = queue.take();
                    merger.merge(pool.get(index), pool.record(index));
                }
                merger.endBatch(queue.end());
                thread.busy().add(clock.nanoTime() - startNs);
            } else if (!merger.isBroken()) {
                merger.idle();
            }
        } catch (EngineHaltedException e) {
            lifecycle.halt(e);
        }
        if (last && count == 0) {
            throw new AgentTerminationException();
        }
        return (int) count;
    }

    @Override
    public void onClose() {
        if (!conductorHasEnded) {
            lifecycle.halt(new EngineHaltedException("the merge's thread was interrupted", null));
        }
        lifecycle.guard(merger::onShutdown);
        lifecycle.closed();
    }
}
