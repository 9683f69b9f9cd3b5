package dev.braid.bench.peer;

/** Adds up results. */
public final class FoldingSink implements ResultSink {
    private long count;
    private long sum;

    @Override
    public void onResult(BenchRecord record) {
        sum += record.result;
        count++;
    }

    /** Returns the sum. For the thread that closed the pipeline. */
    public Fold fold() {
        return new Fold(count, sum);
    }
}
