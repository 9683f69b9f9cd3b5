package dev.braid.engine;

/**
 * The first stage of the engine's thread: takes published records off the ring in sequence order, asks the partitioner,
 * and puts each into the queue of its sub-stream by swapping its cell for a free one. A record of a group that is at its
 * in-flight bound stays in the ring until there is room, and all behind it wait.
 */
final class PartitionHandler<E> {
    static final int NO_SUB_STREAM = -1;

    /**
     * The partitioner is asked for so many records at a time, ahead of their tagging: in a short loop of its own the
     * processor fetches several of these records, which the publisher's core has just written, at once.
     */
    private static final int LOOK_AHEAD = 64;

    private final IngestRing<E> ring;
    private final CellPool<E> pool;
    private final Partitioner<? super E> partitioner;
    private final SubStream<E>[] subStreams;
    private final WeightedScheduler scheduler;
    private final Merger<E> merger;
    private final Lifecycle lifecycle;
    private final long base;

    private final int[] answers = new int[LOOK_AHEAD];
    private long lastAsked = -1;

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
        while (sequence <= end) {
            if (sequence > lastAsked) {
                ask(sequence, Math.min(end, sequence + LOOK_AHEAD - 1));
            }
            if (!tag(sequence)) {
                break;
            }
            sequence++;
        }
        ring.consume(sequence - 1);
        return (int) (sequence - 1 - consumed);
    }

    private boolean tag(long sequence) {
        if (pool.isEmpty()) {
            return false;
        }
        int answer = answers[(int) sequence & (LOOK_AHEAD - 1)];
        Cell<E> cell = ring.cell(sequence);
        if (answer == NO_SUB_STREAM) {
            ring.swap(sequence);
            accept(cell, sequence, answer);
            merger.complete(cell);
            return true;
        }
        SubStream<E> subStream = subStreams[answer];
        Group<E> group = subStream.group;
        if (group.isFull()) {
            return false;
        }
        ring.swap(sequence);
        accept(cell, sequence, answer);
        group.tagged();
        if (subStream.size() == 0) {
            if (!group.isBacklogged()) {
                scheduler.wake(group.index);
            }
            group.addReady(subStream);
        }
        subStream.add(cell, pool);
        return true;
    }

    private void accept(Cell<E> cell, long sequence, int answer) {
        cell.sequence = base + sequence;
        cell.subStream = answer;
        merger.tag(cell);
    }

    private void ask(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            answers[(int) sequence & (LOOK_AHEAD - 1)] = ask(ring.cell(sequence));
        }
        lastAsked = to;
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
