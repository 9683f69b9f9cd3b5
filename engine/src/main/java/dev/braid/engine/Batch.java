package dev.braid.engine;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A batch of one group: runs of consecutive records, one run for each sub-stream. Preallocated, and used again and again.
 * <p>
 * The conductor fills it; whoever has the records handled says what became of each run; the conductor takes it back. The
 * hand-over from one to the other makes all of it visible.
 */
final class Batch {
    /** As {@link #handled}: the run was not begun. */
    static final int NOT_BEGUN = -1;

    int group;
    int runs;
    int records;

    /** Its place among all batches that there are. */
    final int index;

    /** Where in the reserve it is, or was. */
    int slot;

    /** When it is due, in virtual time: see {@link #isDueBefore}. */
    volatile long due;

    /**
     * Whether a worker handles it, or has. Only then may another one go on with it: until then it may be laid out, and be taken
     * back from there, and its leases have to be the last ones of their sub-streams.
     */
    volatile boolean isBegun;

    /** Whether its group was charged for it in advance, and how much. */
    boolean isHandedOver;

    long charged;

    /**
     * A batch that goes on with sub-streams of this one. Whoever has this one may go on with it; until then the conductor may
     * take it back.
     */
    final AtomicReference<Batch> further = new AtomicReference<>();

    /** The conductor's: what it put there and has not taken back, or {@code null}. */
    Batch handedFurther;

    /** The conductor's: the batch that this one goes on with, as long as that may take it; otherwise {@code null}. */
    Batch before;

    /** How long its handling took. */
    long elapsedNs;

    /** Whether its first record is to be measured, and when that was begun and done. */
    boolean measures;

    long begunNs;
    long endedNs;

    /** By run. */
    final int[] subStreams;

    /** The first record's cell, or {@link Cell#NONE} where the sub-stream's last run ended. */
    final int[] firsts;

    final int[] counts;

    /** How many of the sub-stream's records there were, with those behind the run. */
    final int[] depths;

    /** How many records have their outcome: fewer than counted where the next is to be tried again. */
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

    /** Of two batches, the one that is due earlier is handled first. Virtual times go round, so their difference tells. */
    static boolean isDueBefore(long due, long other) {
        return due - other < 0;
    }

    /** Whether all its records have their outcome. */
    boolean isComplete() {
        for (int run = 0; run < runs; run++) {
            if (handled[run] < counts[run]) {
                return false;
            }
        }
        return true;
    }

    /** The records that were tried: also a vain attempt is service. */
    int tried() {
        int tried = 0;
        for (int run = 0; run < runs; run++) {
            int done = handled[run];
            tried += done == NOT_BEGUN ? 0 : Math.min(counts[run], done + 1);
        }
        return tried;
    }
}
