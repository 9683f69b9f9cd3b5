package dev.braid.bench.peer;

/**
 * The record of all benchmarks: 64 bytes with its header, and what a larger payload takes beyond that.
 */
public final class BenchRecord {
    /** What {@link #payload} is where there is no more of it. */
    private static final long[] NO_MORE = {};

    /** Decides the sub-stream. */
    public long key;

    /** Filled by the publisher. */
    public long value;

    /** Filled by the handler. */
    public long result;

    /** What a payload of more than {@link Setup#SMALL_PAYLOAD} bytes has beyond them. */
    final long[] payload;

    /** Make the object as large as its payload is said to be. */
    long filler0;

    long filler1;
    long filler2;

    /** A record of 64 bytes. */
    public BenchRecord() {
        this(0);
    }

    BenchRecord(int moreWords) {
        this.payload = moreWords == 0 ? NO_MORE : new long[moreWords];
    }
}
