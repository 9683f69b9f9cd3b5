package dev.braid.bench.peer;

/** The records that publishers publish. For the publisher's thread. */
public interface RecordSource {
    /**
     * Returns the key that a record will have. Peers that need to know it before there is a record to fill call this.
     *
     * @param number of the record, counted by the caller.
     */
    default long keyOf(long number) {
        return number;
    }

    /** Fills a record, its key included. */
    void fill(BenchRecord record, long number);
}
