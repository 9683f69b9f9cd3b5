package dev.braid.bench.peer;

/** The record of all benchmarks: 64 bytes with its header, and an array for the rest of a larger payload. */
public final class BenchRecord {
    /** Value of {@link #payload} if there is no rest. */
    private static final long[] NO_MORE = {};

    /** Decides the sub-stream. */
    public long key;

    /** Filled by the publisher. */
    public long value;

    /** Filled by the handler. */
    public long result;

    /** The part of the payload beyond {@link Setup#SMALL_PAYLOAD} bytes. */
    final long[] payload;

    /** Pads the object to the size of its payload. */
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
