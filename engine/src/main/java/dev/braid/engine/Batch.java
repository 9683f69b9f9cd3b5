package dev.braid.engine;

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

    /** Whether it goes on with sub-streams of the batch before it, so that no other worker may have it. */
    boolean continues;

    /** The index of the worker that has it. */
    int worker;

    /** When its group was due, in virtual time. */
    long due;

    /** How many batches had been handed over before this one. */
    long ordinal;

    /** What its group was charged in advance. */
    long charged;

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

    Batch(int maxRuns) {
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
        continues = false;
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
