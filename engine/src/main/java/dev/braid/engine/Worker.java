package dev.braid.engine;

import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.NanoClock;

/**
 * The duty cycle of a thread that runs handlers, and the conductor's view of it.
 * <pre>
 *  conductor ── one batch at a time ──▶ handed ──▶ worker
 *      ▲                                             │
 *      └───────────────── done ◀─────────────────────┘
 *                    of all workers
 * </pre>
 * One batch waits while another is being handled, so that the worker need not wait for the conductor. Until the worker takes
 * it, the conductor may take it back again: what waits behind a handler that blocks is not lost to the others.
 */
final class Worker<E> implements Agent {
    private final Lifecycle lifecycle;
    private final SubStream<E>[] subStreams;
    private final HandlerLoop<E> loop;
    private final NanoClock clock;
    private final BusyTime busy;
    private final String name;
    private final AtomicReference<Batch> handed = new AtomicReference<>();
    private final ManyToOneConcurrentArrayQueue<Batch> done;
    private volatile boolean stopping;
    private volatile boolean ended;

    // The conductor's: what it handed over and has not got back.
    private Batch older;
    private Batch newer;
    private boolean blocked;

    Worker(
            Lifecycle lifecycle,
            SubStream<E>[] subStreams,
            HandlerLoop<E> loop,
            ManyToOneConcurrentArrayQueue<Batch> done,
            NanoClock clock,
            BusyTime busy,
            String name) {
        this.lifecycle = lifecycle;
        this.subStreams = subStreams;
        this.loop = loop;
        this.done = done;
        this.clock = clock;
        this.busy = busy;
        this.name = name;
    }

    // The conductor's side.

    boolean isIdle() {
        return older == null;
    }

    boolean hasRoom() {
        return newer == null && handed.get() == null;
    }

    /** The batch that was handed over last, {@code null} if it is back. */
    Batch latest() {
        return newer != null ? newer : older;
    }

    /** Whether it has a batch behind the one that it is busy with. */
    boolean hasReserve() {
        return newer != null;
    }

    /** Whether a batch had to be taken back from behind the one that it is still busy with. */
    boolean isBlocked() {
        return blocked;
    }

    /** Hands a batch over. There must be room. */
    void handOver(Batch batch) {
        if (older == null) {
            older = batch;
        } else {
            newer = batch;
        }
        handed.setRelease(batch);
    }

    /** Takes the latest batch back, or returns {@code null} because the worker was faster. */
    Batch takeFrom() {
        Batch batch = handed.getAndSet(null);
        if (batch != null) {
            if (batch == newer) {
                newer = null;
                blocked = true;
            } else {
                older = null;
            }
        }
        return batch;
    }

    /** The oldest batch has been given back. */
    void isBack() {
        older = newer;
        newer = null;
        blocked = false;
    }

    /** There will be no more batches. */
    void stop() {
        stopping = true;
    }

    boolean hasEnded() {
        return ended;
    }

    // The worker's side.

    @Override
    public String roleName() {
        return name;
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
        giveBack(batch);
        if (failure != null) {
            lifecycle.halt(failure); // Now that what was done before is known.
        }
        return 1;
    }

    Batch take() {
        return handed.get() == null ? null : handed.getAndSet(null);
    }

    /** Returns why the engine has to stop, or {@code null}. */
    EngineHaltedException handle(Batch batch) {
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
            busy.add(batch.elapsedNs);
        }
    }

    private void handle(Batch batch, int run) {
        SubStream<E> subStream = subStreams[batch.subStreams[run]];
        if (subStream.suspended) {
            return; // By an earlier run, which was not back yet when this one was handed over.
        }
        if (batch.firsts[run] == Cell.NONE) {
            batch.firsts[run] = subStream.head;
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

    void giveBack(Batch batch) {
        if (!done.offer(batch)) {
            throw new IllegalStateException("no room for a batch of " + name);
        }
    }

    @Override
    public void onClose() {
        ended = true;
        if (!stopping) {
            lifecycle.halt(new EngineHaltedException("the thread of " + name + " was interrupted", null));
        }
    }
}
