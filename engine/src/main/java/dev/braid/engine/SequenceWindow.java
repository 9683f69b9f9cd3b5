package dev.braid.engine;

import org.agrona.BitUtil;

/**
 * The set of sequences that were added and not removed: in blocks of 64 with a bit for each, linked in sequence order. A block
 * whose bits are all clear is reused, so that there are never more blocks than sequences in the window, plus the newest block.
 * <p>
 * A linked list of records would also do, but touch the cache lines of two neighbours for each record that leaves it from the
 * middle; blocks touch one, and most are in the cache. For the conductor.
 * <p>
 * <b>One block at a time:</b> sequences are added between {@link #begin} and {@link #add} within one block. {@link
 * PartitionLookAhead} guarantees it, because it never looks beyond a multiple of {@link #BLOCK_SIZE}.
 */
final class SequenceWindow {
    private static final int NONE = -1;
    private static final int BLOCK_BITS = 6;
    static final int BLOCK_SIZE = 1 << BLOCK_BITS;

    /** By block: the sequences that are in the window. */
    private final long[] present;

    private final long[] firstSequences;
    private final int[] older;
    private final int[] newer;
    private final int[] free;
    private int freeCount;

    /** By block: the sequences that are complete. Used only if they leave in order; so are the cells, by block and sequence. */
    private final long[] complete;

    private final int[] cells;

    private int oldest;
    private int newest;
    private long last;

    /**
     * @param capacity   the largest number of sequences in the window at a time.
     * @param inSequence whether sequences are removed in order only, as {@link #firstIfComplete} returns them.
     * @param first      the first sequence that will be added.
     */
    SequenceWindow(int capacity, boolean inSequence, long first) {
        // In sequence there are no gaps: all blocks except the oldest and the newest are full.
        int blocks = inSequence ? BitUtil.align(capacity, BLOCK_SIZE) / BLOCK_SIZE + 2 : capacity + 1;
        this.present = new long[blocks];
        this.firstSequences = new long[blocks];
        this.older = new int[blocks];
        this.newer = new int[blocks];
        this.free = new int[blocks];
        this.complete = inSequence ? new long[blocks] : null;
        this.cells = inSequence ? new int[blocks << BLOCK_BITS] : null;
        for (int i = blocks - 1; i >= 0; i--) {
            free[freeCount++] = i;
        }
        this.last = first - 1;
        this.newest = NONE;
        this.oldest = NONE;
        append(first);
    }

    private void append(long sequence) {
        int block = free[--freeCount];
        firstSequences[block] = sequence & -BLOCK_SIZE;
        older[block] = newest;
        newer[block] = NONE;
        if (newest == NONE) {
            oldest = block;
        } else {
            newer[newest] = block;
        }
        int before = newest;
        newest = block;
        if (before != NONE && present[before] == 0) {
            unlink(before);
        }
    }

    /** Returns the block of the next sequence and all after it up to a multiple of 64. */
    int begin(long sequence) {
        if ((sequence & BLOCK_SIZE - 1) == 0 && sequence != firstSequences[newest]) {
            append(sequence);
        }
        return newest;
    }

    /** Sets the cell of a sequence that is to be added. Used only if sequences leave in order. */
    void put(int block, long sequence, int cell) {
        cells[block << BLOCK_BITS | (int) sequence & BLOCK_SIZE - 1] = cell;
    }

    /** Adds the next sequences, through the last one, all of the block. */
    void add(int block, long first, long last) {
        assert (first ^ last) >>> BLOCK_BITS == 0 : "sequences " + first + " to " + last + " are of two blocks";
        present[block] |= -1L << first & -1L >>> ~last;
        this.last = last;
    }

    /** Notes that a sequence is complete, and may leave when its turn comes. */
    void complete(int block, long sequence) {
        complete[block] |= 1L << sequence;
    }

    /** Returns the cell of the oldest sequence, or {@link Cell#NONE} if that is not complete or there is none. */
    int firstIfComplete() {
        long left = present[oldest];
        long first = Long.lowestOneBit(left);
        if ((complete[oldest] & first) == 0) {
            return Cell.NONE;
        }
        return cells[oldest << BLOCK_BITS | Long.numberOfTrailingZeros(left)];
    }

    /** Removes a sequence. */
    void remove(int block, long sequence) {
        long left = present[block] & ~(1L << sequence);
        present[block] = left;
        if (left == 0 && block != newest) {
            unlink(block);
        }
    }

    private void unlink(int block) {
        int before = older[block];
        int after = newer[block];
        if (before == NONE) {
            oldest = after;
        } else {
            newer[before] = after;
        }
        older[after] = before; // The newest is never unlinked.
        if (complete != null) {
            complete[block] = 0;
        }
        free[freeCount++] = block;
    }

    /** Returns the last sequence that was added. */
    long last() {
        return last;
    }

    /** Returns the block of a sequence that was added, or {@link Cell#NONE} if all sequences of its block were removed. */
    int blockOf(long sequence) {
        int block = newest;
        while (block != NONE && firstSequences[block] > sequence) {
            block = older[block];
        }
        return block;
    }

    /** Returns whether a sequence is in the window. Its block may have been reused. */
    boolean contains(int block, long sequence) {
        return block != NONE
                && firstSequences[block] == (sequence & -BLOCK_SIZE)
                && (present[block] >>> sequence & 1) != 0;
    }

    boolean isEmpty() {
        return present[oldest] == 0;
    }

    /** Returns a sequence at and below which every sequence was removed. */
    long lowWatermark() {
        long left = present[oldest]; // Zero only if it is the newest block as well.
        return left == 0 ? last : firstSequences[oldest] + Long.numberOfTrailingZeros(left) - 1;
    }
}
