package dev.braid.bench.peer;

/**
 * The output of a pipeline: the number of results, and their sum. Handlers return running sums per sub-stream, so a record that is
 * lost, duplicated, or handled before an older one of its sub-stream changes the sum.
 */
public record Fold(long count, long sum) {
    /**
     * Returns the expected output.
     *
     * @param runs       how often the records {@code 0} to {@code count - 1} of a {@link NumberedRecords} are published.
     * @param subStreams that they are handled in.
     */
    public static Fold expected(long runs, int count, int subStreams, int payloadBytes) {
        NumberedRecords source = new NumberedRecords();
        BenchRecord record = Setup.newRecord(payloadBytes);
        long[] values = new long[subStreams]; // By sub-stream, of one run.
        long[] counts = new long[subStreams];
        long sumOfFirstRun = 0;
        for (int number = 0; number < count; number++) {
            source.fill(record, number);
            int subStream = Setup.subStreamOf(record, subStreams);
            values[subStream] += Handler.valueOf(record);
            counts[subStream]++;
            sumOfFirstRun += values[subStream];
        }
        long carried = 0; // The sum that a run adds to each result of later runs.
        for (int i = 0; i < subStreams; i++) {
            carried += counts[i] * values[i];
        }
        return new Fold(runs * count, runs * sumOfFirstRun + runs * (runs - 1) / 2 * carried);
    }
}
