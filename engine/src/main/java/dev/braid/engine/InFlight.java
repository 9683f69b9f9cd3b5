package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;

/**
 * All records between the ring and the merge, in a list in sequence order, linked through their cells: it decides when a
 * result leaves for the merge, and frees its cell when it was merged. For the conductor.
 * <p>
 * In {@link MergeOrder#WEIGHTED} order a result leaves from wherever it stands in the list; in {@link MergeOrder#SEQUENCE}
 * order it waits until it is the oldest. Either way the oldest record of the list bounds the low watermark, and memory is
 * bounded by the records in flight, however far a record is overtaken.
 */
final class InFlight<E> {
    private final boolean inSequence;
    private final CellPool<E> pool;
    private final SubStream<E>[] subStreams;
    private final EngineCounters counters;
    private final Sampler sampler;
    private final Merger<E> merger;
    /** The way to the merge's thread, or {@code null} where that is this one. */
    private final MergeQueue queue;

    private final Group<E>[] touched;
    private int touchedCount;

    private int oldest = Cell.NONE;
    private int newest = Cell.NONE;
    private long lastTagged;
    private long unpartitioned;

    InFlight(
            MergeOrder order,
            CellPool<E> pool,
            Layout<E> layout,
            Sampler sampler,
            Merger<E> merger,
            MergeQueue queue,
            long firstSequence) {
        this.inSequence = order == MergeOrder.SEQUENCE;
        this.pool = pool;
        this.subStreams = layout.subStreams;
        this.touched = layout.groups.clone();
        this.counters = layout.counters;
        this.sampler = sampler;
        this.merger = merger;
        this.queue = queue;
        this.lastTagged = firstSequence - 1;
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
            leave(cell);
            return;
        }
        cell.next = Cell.COMPLETED;
        while (oldest != Cell.NONE) {
            Cell<E> first = pool.get(oldest);
            if (first.next != Cell.COMPLETED) {
                break;
            }
            leave(first);
        }
    }

    private void leave(Cell<E> cell) {
        if (queue == null) {
            merger.merge(cell);
            unlink(cell);
            free(cell);
        } else {
            unlink(cell);
            queue.add(cell.index);
        }
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

    private void free(Cell<E> cell) {
        Throwable cause = cell.cause;
        if (cause != null) {
            cell.cause = null;
        }
        if (cell.subStream == PartitionHandler.NO_SUB_STREAM) {
            if (cause != Cell.DONE) {
                counters.set(PerEngine.FAILED_BEFORE_GROUP, ++unpartitioned);
            }
        } else {
            Group<E> group = subStreams[cell.subStream].group;
            if (cell.sample != null) {
                sampler.record(cell, group.index);
            }
            if (cause == Cell.SHED) {
                group.shed();
            } else {
                group.merged(cell.own, cause != null);
            }
            touch(group);
        }
        pool.give(cell);
    }

    /** Frees what the merge's thread has done. Returns how many that were. */
    int freeMerged() {
        int count = 0;
        int index;
        while ((index = queue.pollMerged()) != Cell.NONE) {
            free(pool.get(index));
            count++;
        }
        return count;
    }

    /** The group's counters have changed: they are published at the end of the duty cycle. */
    void touch(Group<E> group) {
        if (!group.touched) {
            group.touched = true;
            touched[touchedCount++] = group;
        }
    }

    /**
     * Publishes counters, and ends the merge's batch or hands the results to the merge's thread.
     *
     * @return whether there were results.
     */
    boolean endBatch() {
        while (touchedCount > 0) {
            touched[--touchedCount].publishCounters();
        }
        long lowWatermark = oldest == Cell.NONE ? lastTagged : pool.get(oldest).sequence - 1;
        return queue == null ? merger.endBatch(lowWatermark) : queue.publish(lowWatermark);
    }

    /** Whether all that was tagged is merged and freed. */
    boolean isEmpty() {
        return oldest == Cell.NONE && (queue == null || queue.isEmpty());
    }
}
