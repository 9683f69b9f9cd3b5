package dev.braid.command.run;

import dev.braid.command.Texts;
import dev.braid.command.input.KeyedRecord;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the journal, counts its results, and measures their latency: from the moment for which the record was intended to
 * the end of the batch with which its result was journaled. The delay of a publisher that was held up is included.
 * <p>
 * The thread that merges writes; others may read when the engine is closed.
 */
final class ResultMeter implements MergeHandler<KeyedRecord> {
    private static final int MAX_REASONS = 3;
    private static final int INITIAL_BATCH = 1024;

    private final GroupLayout layout;
    private final GroupTally[] tallies;
    private final List<String> reasons = new ArrayList<>();

    // The results of the batch: when each was intended, and its group and outcome.
    private long[] intendedNs = new long[INITIAL_BATCH];
    private int[] groups = new int[INITIAL_BATCH];
    private Outcome[] outcomes = new Outcome[INITIAL_BATCH];
    private int batch;

    ResultMeter(GroupLayout layout) {
        this.layout = layout;
        this.tallies = new GroupTally[layout.groups().size() + 1];
        Arrays.setAll(tallies, i -> new GroupTally());
    }

    @Override
    public void onResult(KeyedRecord record, long sequence, int subStream, Outcome outcome, Throwable cause) {
        if (batch == intendedNs.length) {
            intendedNs = Arrays.copyOf(intendedNs, 2 * batch);
            groups = Arrays.copyOf(groups, 2 * batch);
            outcomes = Arrays.copyOf(outcomes, 2 * batch);
        }
        intendedNs[batch] = record.intendedNs;
        groups[batch] = layout.groupOf(subStream);
        outcomes[batch] = outcome;
        batch++;
        if (cause != null && reasons.size() < MAX_REASONS) {
            reasons.add(Texts.messageOf(cause));
        }
    }

    @Override
    public void onBatchEnd(long lowWatermark) {
        long now = System.nanoTime();
        for (int i = 0; i < batch; i++) {
            tallies[groups[i]].add(outcomes[i], now - intendedNs[i]);
        }
        batch = 0;
    }

    /** Returns the results of a group, by its place in the layout. */
    GroupTally group(int index) {
        return tallies[index];
    }

    /** Returns the results of records that failed before they had a group. */
    GroupTally withoutGroup() {
        return tallies[tallies.length - 1];
    }

    long count(Outcome outcome) {
        return Arrays.stream(tallies).mapToLong(tally -> tally.count(outcome)).sum();
    }

    long records() {
        return Arrays.stream(tallies).mapToLong(GroupTally::records).sum();
    }

    /** Returns why the first of the failed records failed. */
    List<String> reasons() {
        return reasons;
    }
}
