package dev.braid.engine;

import com.lmax.disruptor.Sequence;

/**
 * The last stage: hands results to the merge handler and frees their cells.
 * <p>
 * All records in flight form one list, linked through their cells, in sequence order. In {@link MergeOrder#WEIGHTED}
 * order a result leaves from wherever it stands in the list; in {@link MergeOrder#SEQUENCE} order it waits until it is
 * the oldest. Either way the oldest record of the list bounds the low watermark, and memory is bounded by the records in
 * flight, however far a record is overtaken.
 */
final class Merger<E> {
    private final MergeHandler<? super E> handler;
    private final boolean inSequence;
    private final CellPool<E> pool;
    private final SubStream<E>[] subStreams;
    private final EngineCounters counters;
    private final Sequence lowWatermark;

    private final Group<E>[] touched;
    private int touchedCount;

    private int oldest = Cell.NONE;
    private int newest = Cell.NONE;
    private long lastTagged;
    private long unpartitioned;
    private boolean batchOpen;
    private boolean broken;

    Merger(
            MergeHandler<? super E> handler,
            MergeOrder order,
            CellPool<E> pool,
            Layout<E> layout,
            Sequence lowWatermark) {
        this.handler = handler;
        this.inSequence = order == MergeOrder.SEQUENCE;
        this.pool = pool;
        this.subStreams = layout.subStreams;
        this.touched = layout.groups.clone();
        this.counters = layout.counters;
        this.lowWatermark = lowWatermark;
        this.lastTagged = lowWatermark.get();
    }

    /** A record enters the engine; in sequence order. */
    void tag(Cell<E> cell) {
        lastTagged = cell.sequence;
        cell.older = newest;
        cell.newer = Cell.NONE;
        if (newest == Cell.NONE) {
            oldest = cell.index;
        } else {
            pool.get(newest).newer = cell.index;
        }
        newest = cell.index;
    }

    /** A record has its outcome. */
    void complete(Cell<E> cell) {
        if (!inSequence) {
            merge(cell);
            return;
        }
        cell.next = Cell.COMPLETED;
        while (oldest != Cell.NONE) {
            Cell<E> first = pool.get(oldest);
            if (first.next != Cell.COMPLETED) {
                break;
            }
            merge(first);
            if (first.subStream != PartitionHandler.NO_SUB_STREAM) {
                touch(subStreams[first.subStream].group); // Not only of the group that is being served.
            }
        }
    }

    private void merge(Cell<E> cell) {
        Throwable cause = cell.cause;
        batchOpen = true;
        try {
            if (cause == null) {
                handler.onResult(cell.record, cell.sequence, cell.subStream, Outcome.PROCESSED, null);
            } else if (cause == Cell.SHED) {
                handler.onResult(cell.record, cell.sequence, cell.subStream, Outcome.SHED, null);
            } else {
                handler.onResult(cell.record, cell.sequence, cell.subStream, Outcome.FAILED, cause);
            }
        } catch (Throwable t) {
            broken = true;
            throw new EngineHaltedException("the merge handler threw at sequence " + cell.sequence + ": " + t, t);
        }
        if (cause != null) {
            cell.cause = null;
        }
        unlink(cell);
        if (cell.subStream == PartitionHandler.NO_SUB_STREAM) {
            counters.unpartitioned(++unpartitioned);
        } else if (cause == Cell.SHED) {
            subStreams[cell.subStream].group.shed();
        } else {
            subStreams[cell.subStream].group.merged(cell.own, cause != null);
        }
        pool.give(cell);
    }

    private void unlink(Cell<E> cell) {
        if (cell.older == Cell.NONE) {
            oldest = cell.newer;
        } else {
            pool.get(cell.older).newer = cell.newer;
        }
        if (cell.newer == Cell.NONE) {
            newest = cell.older;
        } else {
            pool.get(cell.newer).older = cell.older;
        }
    }

    /** The group's counters have changed: they are published at the end of the batch. */
    void touch(Group<E> group) {
        if (!group.touched) {
            group.touched = true;
            touched[touchedCount++] = group;
        }
    }

    /**
     * Ends the batch and publishes the low watermark. Does nothing once the handler has thrown.
     *
     * @return whether there was one.
     */
    boolean endBatch() {
        while (touchedCount > 0) {
            touched[--touchedCount].publishCounters();
        }
        if (!batchOpen || broken) {
            return false;
        }
        long watermark = oldest == Cell.NONE ? lastTagged : pool.get(oldest).sequence - 1;
        try {
            handler.onBatchEnd(watermark);
        } catch (Throwable t) {
            broken = true;
            throw new EngineHaltedException("the merge handler threw at the end of a batch: " + t, t);
        }
        batchOpen = false;
        lowWatermark.set(watermark);
        return true;
    }

    /** There was no batch to end. */
    void idle() {
        try {
            handler.onIdle();
        } catch (Throwable t) {
            broken = true;
            throw new EngineHaltedException("the merge handler threw while idle: " + t, t);
        }
    }

    boolean isEmpty() {
        return oldest == Cell.NONE;
    }

    void onStart() {
        handler.onStart();
    }

    void onShutdown() {
        handler.onShutdown();
    }
}
