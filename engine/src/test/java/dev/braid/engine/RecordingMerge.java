package dev.braid.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A merge handler that records everything, and checks on every call what the engine promises of the merged stream. */
final class RecordingMerge implements MergeHandler<Job> {
    record Result(long sequence, int subStream, Outcome outcome, String cause, long number, long result) {}

    final List<Result> results = new ArrayList<>();
    final List<Long> watermarks = new ArrayList<>();
    final List<Integer> batchSizes = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private final Map<Integer, Long> lastOfSubStream = new HashMap<>();
    private final long firstSequence;
    private long contiguous;
    private int inBatch;
    int starts;
    int shutdowns;

    RecordingMerge() {
        this(0);
    }

    RecordingMerge(long firstSequence) {
        this.firstSequence = firstSequence;
        this.contiguous = firstSequence;
    }

    @Override
    public void onStart() {
        starts++;
    }

    @Override
    public void onShutdown() {
        shutdowns++;
    }

    @Override
    public void onResult(Job job, long sequence, int subStream, Outcome outcome, Throwable cause) {
        assertTrue(sequence >= firstSequence, "sequence " + sequence);
        assertTrue(seen.add(sequence), "second outcome of sequence " + sequence);
        assertEquals(outcome == Outcome.FAILED, cause != null, "cause of sequence " + sequence);
        if (subStream >= 0 && outcome != Outcome.SHED) { // What is shed never was in its sub-stream.
            Long last = lastOfSubStream.put(subStream, sequence);
            assertTrue(last == null || last < sequence, "sub-stream " + subStream + ": " + sequence + " after " + last);
        }
        results.add(new Result(
                sequence, subStream, outcome, cause == null ? null : cause.getMessage(), job.number, job.result));
        inBatch++;
        while (seen.contains(contiguous)) {
            contiguous++;
        }
    }

    @Override
    public void onBatchEnd(long lowWatermark) {
        assertNotEquals(0, inBatch, "an empty batch ended");
        assertEquals(contiguous - 1, lowWatermark, "low watermark");
        watermarks.add(lowWatermark);
        batchSizes.add(inBatch);
        inBatch = 0;
    }

    void assertComplete(long records) {
        assertEquals(records, results.size(), "results");
        assertEquals(firstSequence + records, contiguous, "first sequence without an outcome");
        assertEquals(0, inBatch, "results after the last batch's end");
    }

    long count(Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    long[] sequences() {
        return results.stream().mapToLong(Result::sequence).toArray();
    }

    void assertAscending() {
        long[] sequences = sequences();
        long[] sorted = sequences.clone();
        Arrays.sort(sorted);
        assertTrue(Arrays.equals(sorted, sequences), "results are not in sequence order");
    }
}
