package dev.braid.engine;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A batch of one group: runs of consecutive records, one run for each sub-stream. Preallocated and reused.
 * <p>
 * The conductor fills it; the thread that handles it notes how far each run came; the conductor takes it back. The hand-over
 * between them makes all fields visible.
 */
final class Batch {
    /** Value of {@link #handled}: the run was not begun. */
    static final int NOT_BEGUN = -1;

    int group;
    int runs;
    int records;

    /** Place among all batches of the engine. */
    final int index;

    /** Its slot in the reserve; the last one if it has left the reserve. */
    int slot;

    /** Virtual time at which it is due: see {@link #isDueBefore}. */
    volatile long due;

    /**
     * Whether a worker is handling it, or has handled it. Only then may another batch go on with it: an unbegun batch can be laid
     * out again or withdrawn, so its leases have to be the last ones of their sub-streams.
     */
    volatile boolean isBegun;

    /** Of batches that are due at the same time, the one that was laid out first is handled first. */
    long number;

    /** Whether its group had just woken when it was laid out. */
    boolean isFresh;

    /** Whether its group was charged in advance; {@link #charged} says how much. */
    boolean isHandedOver;

    long charged;

    /**
     * The batch that goes on with the sub-streams of this one. The worker that has this batch may take it; until then the conductor
     * may withdraw it.
     */
    final AtomicReference<Batch> further = new AtomicReference<>();

    /** The conductor's copy: the batch that it put there and has not withdrawn, or {@code null}. */
    Batch handedFurther;

    /** The conductor's: the batch whose worker may take this one to go on with, or {@code null}. */
    Batch before;

    /** Duration of its handling. */
    long elapsedNs;

    /** Whether its first record is measured; the next two fields are when handling of that record began and ended. */
    boolean measures;

    long begunNs;
    long endedNs;

    /** By run: the sub-stream. */
    final int[] subStreams;

    /** By run: the first record's cell, or {@link Cell#NONE} if the run begins where the sub-stream's last run ended. */
    final int[] firsts;

    final int[] counts;

    /** By run: the number of the sub-stream's records, including those behind the run. */
    final int[] depths;

    /** By run: the number of records that have their outcome, less than {@code counts} if the next is to be retried. */
    final int[] handled;

    Batch(int index, int maxRuns) {
        this.index = index;
        this.subStreams = new int[maxRuns];
        this.firsts = new int[maxRuns];
        this.counts = new int[maxRuns];
        this.depths = new int[maxRuns];
        this.handled = new int[maxRuns];
    }

    void clear(int group) {
        this.group = group;
        runs = 0;
        records = 0;
        isBegun = false;
        isFresh = false;
        isHandedOver = false;
        charged = 0;
    }

    void add(int subStream, int first, int count, int depth) {
        subStreams[runs] = subStream;
        firsts[runs] = first;
        counts[runs] = count;
        depths[runs] = depth;
        handled[runs] = NOT_BEGUN;
        runs++;
        records += count;
    }

    boolean hasRoom() {
        return runs < subStreams.length;
    }

    /** Compares virtual times by their difference, because they wrap. The batch that is due earlier is handled first. */
    static boolean isDueBefore(long due, long other) {
        return due - other < 0;
    }

    /** Returns whether all its records have their outcome. */
    boolean isComplete() {
        for (int run = 0; run < runs; run++) {
            if (handled[run] < counts[run]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the number of records that were tried; a failed attempt also counts as service. */
    int tried() {
        int tried = 0;
        for (int run = 0; run < runs; run++) {
            int done = handled[run];
            tried += done == NOT_BEGUN ? 0 : Math.min(counts[run], done + 1);
        }
        return tried;
    }
}
