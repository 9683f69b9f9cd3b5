package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import org.agrona.BitUtil;

/**
 * Carries results from the conductor to the merge thread, and their cells back: a ring of cell indices between two cursors. It has
 * room for every cell, so it is never full.
 * <p>
 * Results are published together with the low watermark that holds once the last of them is merged.
 */
final class MergeQueue {
    /** Number of merged cells after which the conductor may free them, at the latest. */
    private static final int FREE_EVERY = 32;

    private final int[] cells;
    /** By slot: the low watermark, if a publication ends there. */
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

    // The merge thread's:
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

    /** Hands over the cells that were added. Returns whether there were any. */
    boolean publish(long lowWatermark) {
        if (added == published.get()) {
            return false;
        }
        watermarks[(int) (added - 1) & mask] = lowWatermark;
        published.set(added);
        merge.wake();
        return true;
    }

    /** Returns a cell that was merged, or {@link Cell#NONE}. */
    int pollMerged() {
        if (freed == mergedSeen) {
            mergedSeen = merged.get();
            if (freed == mergedSeen) {
                return Cell.NONE;
            }
        }
        return cells[(int) freed++ & mask];
    }

    /** Returns the number of cells added so far. */
    long added() {
        return added;
    }

    /** Returns the number of cells merged and polled so far. */
    long freed() {
        return freed;
    }

    /** Returns whether every added cell was merged and polled. */
    boolean isEmpty() {
        return freed == added;
    }

    // The merge thread's side.

    /** Begins to take the results published by now. Returns their number. */
    long begin() {
        end = published.get();
        return end - taken;
    }

    /** Takes the next result's cell. The one before is merged. */
    int take() {
        if ((taken & (FREE_EVERY - 1)) == 0) {
            free();
        }
        return cells[(int) taken++ & mask];
    }

    /** Ends what was begun; all of it is merged. Returns the low watermark that now holds. */
    long end() {
        free();
        return watermarks[(int) (taken - 1) & mask];
    }

    /** Lets the conductor free merged cells, which lets waiting records continue. */
    private void free() {
        merged.set(taken);
        conductor.wake();
    }
}
