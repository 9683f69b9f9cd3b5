package dev.braid.bench.peer;

/** What publishers publish. On the publisher's thread. */
public interface RecordSource {
    /**
     * The key that a record will have. Peers that need to know it before there is a record to fill ask for it.
     *
     * @param number of the record, counted by the caller.
     */
    default long keyOf(long number) {
        return number;
    }

    /** Fills a record, its key included. */
    void fill(BenchRecord record, long number);
}
