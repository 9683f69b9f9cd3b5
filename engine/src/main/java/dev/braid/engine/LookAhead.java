package dev.braid.engine;

/**
 * Asks the partitioner for up to {@value #SIZE} records ahead of their tagging, and prepares their cells: in short loops of
 * their own the processor fetches several of these records, which the publisher's core has just written, and of these cells
 * at once. For the engine's thread.
 */
final class LookAhead<E> {
    static final int NO_SUB_STREAM = -1;
    private static final int SIZE = Window.BLOCK_SIZE;

    private final IngestRing<E> ring;
    private final Partitioner<? super E> partitioner;
    private final int subStreams;
    private final ResumePoint resumePoint;
    private final long base;
    /** In the ring's sequences; below them all if nothing is done. */
    private final long doneThrough;

    private final int[] answers = new int[SIZE];
    private long last = -1;

    LookAhead(IngestRing<E> ring, Partitioner<? super E> partitioner, int subStreams, ResumePoint resumePoint) {
        this.ring = ring;
        this.partitioner = partitioner;
        this.subStreams = subStreams;
        this.resumePoint = resumePoint;
        this.base = resumePoint.firstSequence();
        this.doneThrough = resumePoint.doneThrough() - base;
    }

    /**
     * Looks at records, if the first of them was not looked at yet.
     *
     * @param end the last one that is there.
     * @return the last one that was looked at; all up to it are in one block of the {@link Window}.
     */
    long look(long from, long end) {
        if (from > last) {
            long to = Math.min(end, (base + from | SIZE - 1) - base);
            if (from <= doneThrough) {
                markDone(from, Math.min(to, doneThrough));
            }
            for (long sequence = from; sequence <= to; sequence++) {
                answers[(int) sequence & SIZE - 1] = partition(sequence);
            }
            for (long sequence = from; sequence <= to; sequence++) {
                Cell cell = ring.cell(sequence);
                cell.sequence = base + sequence;
                cell.subStream = answer(sequence);
                cell.own = false;
            }
            last = to;
        }
        return last;
    }

    /** The sub-stream of a record that was looked at, or {@link #NO_SUB_STREAM} if it failed. */
    int answer(long sequence) {
        return answers[(int) sequence & SIZE - 1];
    }

    /** What has its outcome already goes through the engine as if it had failed, but nobody is told. */
    private void markDone(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            if (resumePoint.isDone(base + sequence)) {
                ring.fail(sequence, Cell.DONE);
            }
        }
    }

    private int partition(long sequence) {
        if (ring.hasFailed(sequence)) {
            return NO_SUB_STREAM; // Its publisher failed to fill it, or it is done.
        }
        try {
            int subStream = partitioner.subStreamOf(ring.record(sequence));
            if (subStream >= 0 && subStream < subStreams) {
                return subStream;
            }
            ring.fail(
                    sequence,
                    new NoSuchSubStreamException("the partitioner answered sub-stream " + subStream
                            + ", but the groups serve 0 to " + (subStreams - 1)));
        } catch (Exception e) {
            ring.fail(sequence, e);
        }
        return NO_SUB_STREAM;
    }
}
