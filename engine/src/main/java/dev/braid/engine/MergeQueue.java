package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import org.agrona.BitUtil;

/**
 * The way of results from the conductor to the merge's thread, and of their cells back: a ring of cell indices between two
 * cursors. It has room for every cell there is, so that it is never full.
 * <p>
 * Results are published together with the low watermark that holds once the last of them is merged.
 */
final class MergeQueue {
    /** So many cells are merged before the conductor may free them, at the most. */
    private static final int FREE_EVERY = 32;

    private final int[] cells;
    /** By slot: the low watermark, where a publication ends. */
    private final long[] watermarks;

    private final int mask;
    private final EngineThread conductor;
    private final EngineThread merge;
    private final Sequence published = new Sequence(0);
    private final Sequence merged = new Sequence(0);

    // The conductor's:
    private long added;
    private long freed;
    private long mergedSeen;

    // The merge's thread's:
    private long taken;
    private long end;

    MergeQueue(int cells, EngineThread conductor, EngineThread merge) {
        int size = BitUtil.findNextPositivePowerOfTwo(cells);
        this.cells = new int[size];
        this.watermarks = new long[size];
        this.mask = size - 1;
        this.conductor = conductor;
        this.merge = merge;
    }

    // The conductor's side.

    void add(int cell) {
        cells[(int) added++ & mask] = cell;
    }

    /** Hands over what was added. Returns whether there was anything. */
    boolean publish(long lowWatermark) {
        if (added == published.get()) {
            return false;
        }
        watermarks[(int) (added - 1) & mask] = lowWatermark;
        published.set(added);
        merge.wake();
        return true;
    }

    /** A cell that was merged, or {@link Cell#NONE}. */
    int pollMerged() {
        if (freed == mergedSeen) {
            mergedSeen = merged.get();
            if (freed == mergedSeen) {
                return Cell.NONE;
            }
        }
        return cells[(int) freed++ & mask];
    }

    /** How many were added so far. */
    long added() {
        return added;
    }

    /** How many of these were merged and polled. */
    long freed() {
        return freed;
    }

    /** Whether all that was added was merged and polled. */
    boolean isEmpty() {
        return freed == added;
    }

    // The merge's thread's side.

    /** Begins to take what is published by now. Returns how many results that are. */
    long begin() {
        end = published.get();
        return end - taken;
    }

    /** The next result's cell. The one before is merged. */
    int take() {
        if ((taken & (FREE_EVERY - 1)) == 0) {
            free();
        }
        return cells[(int) taken++ & mask];
    }

    /** All that was begun is merged. Returns the low watermark that now holds. */
    long end() {
        free();
        return watermarks[(int) (taken - 1) & mask];
    }

    /** The conductor can free what is merged, and what waits for that can go on. */
    private void free() {
        merged.set(taken);
        conductor.wake();
    }
}
