package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerEngine;

/**
 * All records between the ring and the merge: decides when a result leaves for the merge, knows the low watermark, and frees cells
 * after their merge. For the conductor.
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
    /** Leads to the merge thread; {@code null} if the conductor merges. */
    private final MergeQueue queue;

    private final SequenceWindow window;
    private final MergeWaits waits;

    // Results of the current batch, for its group.
    private int merged;
    private int ofOwn;
    private int ofFailed;

    private final GroupState<E>[] touched;
    private int touchedCount;
    private final GroupState<E>[] withNew;
    private int withNewCount;
    private long unpartitioned;

    /** @param queue {@code null} if the calling thread merges. */
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

    /** Begins to tag records from a sequence on. Returns their {@link Cell#block}, which the tagging must not go beyond. */
    int beginTagging(long sequence) {
        return window.begin(sequence);
    }

    /** Tags a record between {@link #beginTagging} and {@link #endTagging}. */
    void tag(int block, long sequence, int cell) {
        if (inSequence) {
            window.put(block, sequence, cell);
        }
    }

    /** Ends the tagging that was begun, with the first and the last sequence. */
    void endTagging(int block, long first, long last) {
        window.add(block, first, last);
    }

    /** Completes a record, which has its outcome. */
    void complete(Cell cell) {
        complete(cell, groupOf(cell));
    }

    /** Completes a record of a known group. */
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
     * Completes a record of a batch that this thread merges. The group's counts are updated at the end of the batch, by {@link
     * #endBatchOf}; for each record that would cost more than its merge.
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
        if (cell.clear() != Outcome.PROCESSED) {
            ofFailed++;
        }
        pool.give(cell.index);
    }

    /** Ends the batch of a group. */
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
     * Returns whether every completed result is waiting for this record. Such results occupy in-flight capacity until it is
     * admitted, because own records of a group may be ahead of waiting records of the shared ingress.
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
        Outcome outcome = cell.clear();
        if (group == null) {
            if (outcome != Cell.DONE) {
                counters.set(PerEngine.FAILED_BEFORE_GROUP, ++unpartitioned);
            }
        } else {
            if (outcome == Outcome.SHED) {
                group.shed();
            } else {
                group.merged(1, cell.own ? 1 : 0, outcome == Outcome.FAILED ? 1 : 0);
            }
            touch(group);
        }
        pool.give(cell.index);
    }

    /** Frees the cells that the merge thread has merged. Returns how many. */
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

    /** Notes that the outcomes of a group have changed, so that {@link #publishCounters} publishes its counters. */
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
     * Publishes the counters that have changed, and with them the groups' credit, and wakes threads whose record is merged. Called
     * after every batch: a publisher that waited for the end of the duty cycle could be refused although its group has nothing in
     * flight.
     */
    void publishCounters() {
        while (touchedCount > 0) {
            GroupState<E> group = touched[--touchedCount];
            group.touched = false;
            group.publishCounters();
        }
    }

    /** Notes that a group has got records since its counters were published. */
    void noteNew(GroupState<E> group) {
        group.hasNew = true;
        withNew[withNewCount++] = group;
    }

    /**
     * Publishes the counters that have changed, also of groups that have got records. Called before handlers are called, which may
     * take long, and at the end of the duty cycle. Not after every batch, because with many groups nearly all get records between two
     * batches.
     */
    void publishNew() {
        publishCounters();
        while (withNewCount > 0) {
            GroupState<E> group = withNew[--withNewCount];
            group.hasNew = false;
            group.publishCounters();
        }
        waits.answer(this); // After the credit, so that a thread whose record is merged finds its credit there.
    }

    /** Returns a sequence at and below which every record is merged and freed; it lags behind while the merge thread is busy. */
    long settledThrough() {
        return queue == null || queue.isEmpty() ? window.lowWatermark() : Long.MIN_VALUE;
    }

    /** Returns whether a record that a thread waits for is merged. */
    boolean isMerged(long sequence, MergeWait wait) {
        if (wait.looked != sequence) {
            if (sequence > window.last()) {
                return false; // Not tagged yet.
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
     * Publishes counters, and ends the merge's batch or hands the results to the merge thread.
     *
     * @return whether there were results.
     */
    boolean endBatch() {
        publishNew();
        long lowWatermark = window.lowWatermark();
        return queue == null ? merger.endBatch(lowWatermark) : queue.publish(lowWatermark);
    }

    /** Returns whether every tagged record is merged and freed. */
    boolean isEmpty() {
        return window.isEmpty() && (queue == null || queue.isEmpty());
    }
}
