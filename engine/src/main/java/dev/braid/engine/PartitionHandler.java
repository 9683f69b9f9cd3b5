package dev.braid.engine;

/**
 * The first stage of the engine's thread: takes published records off the ring in sequence order, asks the partitioner,
 * and puts each into the queue of its sub-stream by swapping its cell for a free one. A record of a group that is at its
 * in-flight bound stays in the ring until there is room, and all behind it wait.
 */
final class PartitionHandler<E> {
    static final int NO_SUB_STREAM = -1;
    private static final int NOT_ASKED = -2;

    private final IngestRing<E> ring;
    private final CellPool<E> pool;
    private final Partitioner<? super E> partitioner;
    private final SubStream<E>[] subStreams;
    private final WeightedScheduler scheduler;
    private final Merger<E> merger;
    private final Lifecycle lifecycle;
    private final long base;

    /** The partitioner's answer for the record that waits for room, so that it is asked once for each record. */
    private int answer = NOT_ASKED;

    PartitionHandler(
            IngestRing<E> ring,
            CellPool<E> pool,
            Partitioner<? super E> partitioner,
            SubStream<E>[] subStreams,
            WeightedScheduler scheduler,
            Merger<E> merger,
            Lifecycle lifecycle,
            long firstSequence) {
        this.ring = ring;
        this.pool = pool;
        this.partitioner = partitioner;
        this.subStreams = subStreams;
        this.scheduler = scheduler;
        this.merger = merger;
        this.lifecycle = lifecycle;
        this.base = firstSequence;
    }

    /** Tags all that is published and has room. Returns how many records that were. */
    int tag() {
        long consumed = ring.consumed();
        long end = ring.available();
        if (consumed >= end) {
            return 0;
        }
        end = Math.min(end, lifecycle.acceptedThrough()); // What came after a close was refused to its publisher.
        long sequence = consumed + 1;
        while (sequence <= end && tag(sequence)) {
            sequence++;
        }
        ring.consume(sequence - 1);
        return (int) (sequence - 1 - consumed);
    }

    private boolean tag(long sequence) {
        if (pool.isEmpty()) {
            return false;
        }
        Cell<E> cell = ring.cell(sequence);
        if (answer == NOT_ASKED) {
            answer = ask(cell);
        }
        if (answer == NO_SUB_STREAM) {
            ring.swap(sequence);
            accept(cell, sequence);
            merger.complete(cell);
            return true;
        }
        SubStream<E> subStream = subStreams[answer];
        Group<E> group = subStream.group;
        if (group.isFull()) {
            return false;
        }
        ring.swap(sequence);
        accept(cell, sequence);
        group.tagged();
        merger.touch(group);
        if (subStream.size() == 0) {
            if (!group.isBacklogged()) {
                scheduler.wake(group.index);
            }
            group.addReady(subStream);
        }
        subStream.add(cell, pool);
        return true;
    }

    private void accept(Cell<E> cell, long sequence) {
        cell.sequence = base + sequence;
        cell.subStream = answer;
        answer = NOT_ASKED;
        merger.tag(cell);
    }

    private int ask(Cell<E> cell) {
        if (cell.cause != null) {
            return NO_SUB_STREAM; // Its publisher failed to fill it.
        }
        try {
            int subStream = partitioner.subStreamOf(cell.record);
            if (subStream >= 0 && subStream < subStreams.length) {
                return subStream;
            }
            cell.cause = new IllegalArgumentException("the partitioner answered sub-stream " + subStream
                    + ", but the groups serve 0 to " + (subStreams.length - 1));
        } catch (Exception e) {
            cell.cause = e;
        }
        return NO_SUB_STREAM;
    }
}
