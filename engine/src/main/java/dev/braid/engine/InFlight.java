package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;

/**
 * All records between the ring and the merge: decides when a result leaves for the merge, knows the low watermark, and frees
 * cells when they were merged. For the conductor.
 * <p>
 * In {@link MergeOrder#WEIGHTED} order a result leaves at once; in {@link MergeOrder#SEQUENCE} order it waits until it is the
 * oldest. Either way the oldest record bounds the low watermark, and memory is bounded by the records in flight, however far a
 * record is overtaken; see {@link SequenceWindow}.
 */
final class InFlight<E> {
    private final boolean inSequence;
    private final CellPool<E> pool;
    private final GroupState<E>[] groups;
    private final SubStream<E>[] subStreams;
    private final EngineCounters counters;
    private final MergeStage<E> merger;
    /** The way to the merge's thread, or {@code null} where that is this one. */
    private final MergeQueue queue;

    private final SequenceWindow window;
    private final MergeWaits waits;

    // What became of the batch's records, for their group.
    private int merged;
    private int ofOwn;
    private int ofFailed;

    private final GroupState<E>[] touched;
    private int touchedCount;
    private final GroupState<E>[] withNew;
    private int withNewCount;
    private long unpartitioned;

    /** @param queue {@code null} where the calling thread merges. */
    InFlight(EngineContext<E> context, MergeStage<E> merger, MergeQueue queue, MergeWaits waits) {
        EngineLayout<E> layout = context.layout();
        this.inSequence = context.config().mergeOrder == MergeOrder.SEQUENCE;
        this.pool = context.pool();
        this.groups = layout.groups;
        this.subStreams = layout.subStreams;
        this.touched = layout.groups.clone();
        this.withNew = layout.groups.clone();
        this.counters = layout.counters;
        this.merger = merger;
        this.queue = queue;
        this.waits = waits;
        this.window = new SequenceWindow(pool.capacity(), inSequence, context.firstSequence());
    }

    /** Records enter the engine, from this sequence on. Returns their {@link Cell#block}, at whose end they must end. */
    int beginTagging(long sequence) {
        return window.begin(sequence);
    }

    /** One of them. */
    void tag(int block, long sequence, int cell) {
        if (inSequence) {
            window.put(block, sequence, cell);
        }
    }

    /** These were all of them. */
    void endTagging(int block, long first, long last) {
        window.add(block, first, last);
    }

    /** A record has its outcome. */
    void complete(Cell cell) {
        complete(cell, groupOf(cell));
    }

    /** The same, if its group is known. */
    void complete(Cell cell, GroupState<E> group) {
        if (!inSequence) {
            leave(cell, group);
            return;
        }
        window.complete(cell.block, cell.sequence);
        int first;
        while ((first = window.firstIfComplete()) != Cell.NONE) {
            Cell next = pool.get(first);
            leave(next, groupOf(next));
        }
    }

    /**
     * The same, for a record of a batch that this thread merges. What the group has to know of all of them it is told at the
     * end of the batch, by {@link #endBatchOf}: it would cost a record more than its merge.
     */
    void completeOfBatch(Cell cell, E record, GroupState<E> group) {
        if (inSequence) {
            complete(cell, group);
            return;
        }
        merger.merge(cell, record);
        window.remove(cell.block, cell.sequence);
        merged++;
        if (cell.own) {
            ofOwn++;
        }
        if (cell.cause != null) {
            cell.cause = null;
            ofFailed++;
        }
        pool.give(cell.index);
    }

    /** The batch has ended, which was of this group. */
    void endBatchOf(int index) {
        touch(index);
        if (merged > 0) {
            groups[index].merged(merged, ofOwn, ofFailed);
            merged = 0;
            ofOwn = 0;
            ofFailed = 0;
        }
    }

    /**
     * Whether all results there are wait for this record's. Then they hold their room in their groups until it has room, too:
     * own records of a group may be ahead of those of the shared ingress that wait.
     */
    boolean isAwaited(Cell cell) {
        return inSequence && window.lowWatermark() + 1 == cell.sequence && (queue == null || queue.isEmpty());
    }

    private GroupState<E> groupOf(Cell cell) {
        return cell.subStream == Partitioner.NO_SUB_STREAM ? null : subStreams[cell.subStream].group;
    }

    private void leave(Cell cell, GroupState<E> group) {
        if (queue == null) {
            merger.merge(cell, pool.record(cell.index));
            window.remove(cell.block, cell.sequence);
            free(cell, group);
        } else {
            window.remove(cell.block, cell.sequence);
            queue.add(cell.index);
        }
    }

    private void free(Cell cell, GroupState<E> group) {
        Throwable cause = cell.cause;
        if (cause != null) {
            cell.cause = null;
        }
        if (group == null) {
            if (cause != Cell.DONE) {
                counters.set(PerEngine.FAILED_BEFORE_GROUP, ++unpartitioned);
            }
        } else {
            if (cause == Cell.SHED) {
                group.shed();
            } else {
                group.merged(1, cell.own ? 1 : 0, cause != null ? 1 : 0);
            }
            touch(group);
        }
        pool.give(cell.index);
    }

    /** Frees what the merge's thread has done. Returns how many that were. */
    int freeMerged() {
        int count = 0;
        int index;
        while ((index = queue.pollMerged()) != Cell.NONE) {
            Cell cell = pool.get(index);
            free(cell, groupOf(cell));
            count++;
        }
        return count;
    }

    /** What became of some of a group's records has changed: {@link #publishCounters} publishes its counters. */
    void touch(int group) {
        touch(groups[group]);
    }

    void touch(GroupState<E> group) {
        if (!group.touched) {
            group.touched = true;
            touched[touchedCount++] = group;
        }
    }

    /**
     * Publishes the counters that have changed, and with them the groups' credit, and tells those who wait for a record. Called after every batch: a publisher that
     * waited for the end of the duty cycle could be refused though its group has nothing in flight.
     */
    void publishCounters() {
        while (touchedCount > 0) {
            GroupState<E> group = touched[--touchedCount];
            group.touched = false;
            group.publishCounters();
        }
    }

    /** A group has got records, and its counters were not published since. */
    void noteNew(GroupState<E> group) {
        group.hasNew = true;
        withNew[withNewCount++] = group;
    }

    /**
     * Publishes the counters of groups that have got records. Called before handlers are called, which may take long, and at the
     * end of the duty cycle, and not after every batch: of many groups nearly all get some between two batches.
     */
    void publishNew() {
        while (withNewCount > 0) {
            GroupState<E> group = withNew[--withNewCount];
            group.hasNew = false;
            group.publishCounters();
        }
        waits.answer(this); // So whoever learns that a record is merged finds its credit there.
    }

    /** Every sequence at or below it is merged and freed; too low by some while the merge's thread is busy. */
    long settledThrough() {
        return queue == null || queue.isEmpty() ? window.lowWatermark() : Long.MIN_VALUE;
    }

    /** Whether a record that somebody waits for is merged. */
    boolean isMerged(long sequence, MergeWait wait) {
        if (wait.looked != sequence) {
            if (sequence > window.last()) {
                return false; // It is not tagged yet.
            }
            wait.looked = sequence;
            wait.block = window.blockOf(sequence);
            wait.handedOver = MergeWait.NOT_HANDED_OVER;
        }
        if (window.contains(wait.block, sequence)) {
            return false;
        }
        if (queue == null) {
            return true;
        }
        if (wait.handedOver == MergeWait.NOT_HANDED_OVER) {
            wait.handedOver = queue.added();
        }
        return queue.freed() >= wait.handedOver;
    }

    /**
     * Publishes counters, and ends the merge's batch or hands the results to the merge's thread.
     *
     * @return whether there were results.
     */
    boolean endBatch() {
        publishCounters();
        publishNew();
        long lowWatermark = window.lowWatermark();
        return queue == null ? merger.endBatch(lowWatermark) : queue.publish(lowWatermark);
    }

    /** Whether all that was tagged is merged and freed. */
    boolean isEmpty() {
        return window.isEmpty() && (queue == null || queue.isEmpty());
    }
}
