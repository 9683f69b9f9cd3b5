package dev.braid.engine;

/**
 * Asks the partitioner for up to {@value #SIZE} records ahead of their tagging: in a short loop of its own the processor fetches
 * several of these records, which the publisher's core has just written, at once. For the engine's thread.
 */
final class PartitionLookAhead<E> {
    private static final int SIZE = SequenceWindow.BLOCK_SIZE;

    private final IngestRing<E> ring;
    /** By ingress, the shared one first. */
    private final IngressPartitioner<E>[] partitioners;

    private final ResumePoint resumePoint;
    /** Below all sequences of this run if nothing was done before. */
    private final long doneThrough;

    /** By place in the block, as {@link #placeOf} says. */
    private final int[] answers = new int[SIZE];

    /** By place in the block, one bit: the record came through the shared ingress, and has a sub-stream. */
    private long plain;

    private long last;

    PartitionLookAhead(IngestRing<E> ring, IngressPartitioner<E>[] partitioners, ResumePoint resumePoint) {
        this.ring = ring;
        this.partitioners = partitioners;
        this.resumePoint = resumePoint;
        this.doneThrough = resumePoint.doneThrough();
        this.last = resumePoint.firstSequence() - 1;
    }

    /**
     * Asks about records, unless the first of them was looked at before.
     *
     * @param end the last published record.
     */
    void look(long from, long end) {
        if (from > last) {
            long to = Math.min(end, from | SIZE - 1);
            if (from <= doneThrough) {
                markDone(from, Math.min(to, doneThrough));
            }
            long unmarked = 0;
            for (long sequence = from; sequence <= to; sequence++) {
                answers[placeOf(sequence)] = partition(sequence);
                if (ring.isUnmarked(sequence)) {
                    unmarked |= 1L << placeOf(sequence);
                }
            }
            plain = unmarked;
            last = to;
        }
    }

    private int placeOf(long sequence) {
        return (int) sequence & SIZE - 1;
    }

    /** Returns the sub-stream of a record that was looked at, or {@link Partitioner#NO_SUB_STREAM} if it failed. */
    int answer(long sequence) {
        return answers[placeOf(sequence)];
    }

    /**
     * Returns the answers for all records of the block that were looked at, by their sequence modulo {@link
     * SequenceWindow#BLOCK_SIZE}.
     */
    int[] answers() {
        return answers;
    }

    /**
     * Returns how far records that were looked at came through the shared ingress and have a sub-stream.
     *
     * @return the last such record, or the one before the given one.
     */
    long plainThrough(long from) {
        return from - 1 + Long.numberOfTrailingZeros(~(plain >>> placeOf(from)));
    }

    /**
     * Marks records that got their outcome in an earlier run. They go through the engine as failed records do, but are not merged.
     */
    private void markDone(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            if (resumePoint.isDone(sequence)) {
                ring.markDone(sequence);
            }
        }
    }

    private int partition(long sequence) {
        if (ring.hasFailed(sequence)) {
            return Partitioner.NO_SUB_STREAM; // Its publisher failed to fill it, or it is done.
        }
        try {
            return partitioners[ring.origin(sequence) + 1].subStreamOf(ring.record(sequence));
        } catch (Exception e) {
            ring.fail(sequence, e);
        }
        return Partitioner.NO_SUB_STREAM;
    }
}
