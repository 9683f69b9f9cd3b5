package dev.braid.persistence;

import com.lmax.disruptor.EventHandler;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * A stateful handler that can be asked for a snapshot while the engine runs. Whoever touches the state owns it: the thread
 * that handles a run of records, from its first to its last, or the one that writes snapshots, if it comes in between. That
 * costs a compare-and-set per run. If it does not come in between, since runs follow each other, the thread that handles
 * takes the snapshot at the end of a run.
 */
final class GuardedHandler<E> implements EventHandler<E> {
    private static final int NOBODY = 0;
    private static final int HANDLING = 1;
    private static final int CAPTURING = 2;

    final int subStream;
    final StatefulHandler<? super E> handler;
    private final LongSupplier lowWatermark;
    private final LongSupplier lastWritten;
    private final AtomicInteger owner = new AtomicInteger();
    private final IdleStrategy idle = new BackoffIdleStrategy();
    private volatile Capture wanted;
    private volatile boolean isStarted;

    // The owner's:
    private boolean isHandling;
    private long lastHandled;

    /** Request for the state of a sub-stream, and the answer. */
    static final class Capture {
        private final MutableDirectBuffer buffer;
        private volatile boolean isDone;
        private int length;
        private long covered;
        private Throwable failure;

        Capture(MutableDirectBuffer buffer) {
            this.buffer = buffer;
        }

        /** Tells whether the state was written; only then the rest is known. */
        boolean isDone() {
            return isDone;
        }

        int length() {
            return length;
        }

        /** Returns the sequence up to which all of the sub-stream is part of the state, and nothing after it. */
        long covered() {
            return covered;
        }

        /** Why there is no snapshot, or {@code null}. */
        Throwable failure() {
            return failure;
        }
    }

    /**
     * @param covered      the last sequence that is part of the state already.
     * @param lowWatermark low watermark of the journal.
     * @param lastWritten  the last result of the sub-stream that the journal was handed.
     */
    GuardedHandler(
            int subStream,
            StatefulHandler<? super E> handler,
            long covered,
            LongSupplier lowWatermark,
            LongSupplier lastWritten) {
        this.subStream = subStream;
        this.handler = handler;
        this.lastHandled = covered;
        this.lowWatermark = lowWatermark;
        this.lastWritten = lastWritten;
    }

    /** Tells whether an engine has started it. */
    boolean isStarted() {
        return isStarted;
    }

    @Override
    public void onStart() {
        if (isStarted) {
            throw new IllegalStateException("the handler of sub-stream " + subStream + ", "
                    + handler.getClass().getName()
                    + ", was started by another engine: the groups of a HandlerStates are for one engine");
        }
        isStarted = true;
        handler.onStart();
    }

    @Override
    public void onShutdown() {
        handler.onShutdown();
    }

    @Override
    public void onBatchStart(long batchSize, long queueDepth) {
        begin();
        try {
            handler.onBatchStart(batchSize, queueDepth);
        } catch (Throwable t) {
            end();
            throw t;
        }
    }

    @Override
    public void onEvent(E record, long sequence, boolean endOfBatch) throws Exception {
        if (!isHandling) {
            begin(); // The record before threw.
        }
        try {
            handler.onEvent(record, sequence, endOfBatch);
        } catch (Throwable t) {
            end(); // There may be no more of this run.
            throw t;
        }
        lastHandled = sequence;
        if (endOfBatch) {
            end();
        }
    }

    private void begin() {
        while (!owner.compareAndSet(NOBODY, HANDLING)) {
            idle.idle();
        }
        idle.reset();
        isHandling = true;
    }

    private void end() {
        Capture capture = wanted;
        if (capture != null) {
            take(capture);
        }
        isHandling = false;
        owner.set(NOBODY);
    }

    /** Requests the state, or looks whether it is there; one request at a time. For the thread that writes snapshots. */
    void capture(Capture capture) {
        wanted = capture;
        if (!capture.isDone && owner.compareAndSet(NOBODY, CAPTURING)) {
            if (!capture.isDone) {
                take(capture);
            }
            owner.set(NOBODY);
        }
    }

    /** Withdraws the request. For the thread that writes snapshots. */
    void cancel() {
        wanted = null;
    }

    private void take(Capture capture) {
        if (capture.isDone) {
            return;
        }
        long low = lowWatermark.getAsLong(); // First: what was written up to here is seen then.
        capture.covered = Math.max(lastHandled, low);
        try {
            checkHasSeen(lastWritten.getAsLong());
            capture.length = handler.snapshot(capture.buffer, 0);
        } catch (Throwable t) {
            capture.failure = t;
        }
        wanted = null;
        capture.isDone = true;
    }

    /** Checks that the handler has seen all that the journal has of the sub-stream. */
    private void checkHasSeen(long written) {
        if (written > lastHandled) {
            throw new IllegalStateException("the journal has sequence " + written + " of sub-stream " + subStream
                    + ", but the handler whose state is to be kept has seen none after " + lastHandled);
        }
    }
}
