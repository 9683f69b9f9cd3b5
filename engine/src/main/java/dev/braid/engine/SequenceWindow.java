package dev.braid.engine;

import org.agrona.BitUtil;

/**
 * Which sequences have been added and not removed: in blocks of 64, a bit for each, that are linked in sequence order. A block
 * whose bits are all gone is used again, so that there are never more blocks than sequences in the window, plus the newest.
 * <p>
 * A list of the records themselves would do the same, but touch two of its neighbours' cache lines for each that leaves it
 * from the middle; of the blocks one is touched, and most are in the cache. For the conductor.
 */
final class SequenceWindow {
    private static final int NONE = -1;
    private static final int BLOCK_BITS = 6;
    static final int BLOCK_SIZE = 1 << BLOCK_BITS;

    /** By block: which of its sequences are in the window. */
    private final long[] present;

    private final long[] firstSequences;
    private final int[] older;
    private final int[] newer;
    private final int[] free;
    private int freeCount;

    /** By block: which of those are complete; only if they leave in order. Likewise, by block and sequence, their cells. */
    private final long[] complete;

    private final int[] cells;

    private int oldest;
    private int newest;
    private long last;

    /**
     * @param capacity   the most sequences in the window at a time.
     * @param inSequence whether they are removed in sequence order only, as {@link #firstIfComplete} tells.
     * @param first      the first sequence that will be added.
     */
    SequenceWindow(int capacity, boolean inSequence, long first) {
        // In sequence there are no gaps: all blocks but the oldest and the newest are full.
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

    /** The block of the next sequence and all after it up to a multiple of 64. */
    int begin(long sequence) {
        if ((sequence & BLOCK_SIZE - 1) == 0 && sequence != firstSequences[newest]) {
            append(sequence);
        }
        return newest;
    }

    /** The cell of a sequence that is to be added; only if they leave in order. */
    void put(int block, long sequence, int cell) {
        cells[block << BLOCK_BITS | (int) sequence & BLOCK_SIZE - 1] = cell;
    }

    /** Adds the next sequences, up to and including the last, all of the block. */
    void add(int block, long first, long last) {
        present[block] |= -1L << first & -1L >>> ~last;
        this.last = last;
    }

    /** A sequence may leave when its turn comes. */
    void complete(int block, long sequence) {
        complete[block] |= 1L << sequence;
    }

    /** The cell of the oldest sequence, or {@link Cell#NONE} if that is not complete, or there is none. */
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

    /** The last sequence that was added. */
    long last() {
        return last;
    }

    /** The block of a sequence that was added, or {@link Cell#NONE} if it and all others of its block were removed. */
    int blockOf(long sequence) {
        int block = newest;
        while (block != NONE && firstSequences[block] > sequence) {
            block = older[block];
        }
        return block;
    }

    /** Whether a sequence is in the window. Its block may be used for others by now. */
    boolean contains(int block, long sequence) {
        return block != NONE
                && firstSequences[block] == (sequence & -BLOCK_SIZE)
                && (present[block] >>> sequence & 1) != 0;
    }

    boolean isEmpty() {
        return present[oldest] == 0;
    }

    /** Every sequence at or below it was removed. */
    long lowWatermark() {
        long left = present[oldest]; // Nothing only if it is the newest, too.
        return left == 0 ? last : firstSequences[oldest] + Long.numberOfTrailingZeros(left) - 1;
    }
}
