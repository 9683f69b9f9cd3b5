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

    /** So many records without a sub-stream are merged in between two batches at the most, for they are charged to nobody. */
    private static final int MAX_FAILURES = 64;

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
    private int failures;

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

    /** Tags what is published and has room. Returns how many records that were. */
    int tag() {
        long consumed = ring.consumed();
        long end = ring.available();
        if (consumed >= end) {
            return 0;
        }
        end = Math.min(end, lifecycle.takeThrough()); // What came after a close was refused to its publisher.
        long sequence = consumed + 1;
        failures = 0;
        while (sequence <= end && failures < MAX_FAILURES) {
            if (sequence > lastAsked) {
                ask(sequence, Math.min(end, sequence + LOOK_AHEAD - 1));
            }
            if (!tag(sequence)) {
                break;
            }
            sequence++;
        }
        if (sequence - 1 > consumed) {
            ring.consume(sequence - 1);
        }
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
            failures++;
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
            cell.cause = new NoSuchSubStreamException("the partitioner answered sub-stream " + subStream
                    + ", but the groups serve 0 to " + (subStreams.length - 1));
        } catch (Exception e) {
            cell.cause = e;
        }
        return NO_SUB_STREAM;
    }

    /** Without a stack trace: there may be many, and it would tell nothing of the user's code. */
    private static final class NoSuchSubStreamException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        NoSuchSubStreamException(String message) {
            super(message);
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
