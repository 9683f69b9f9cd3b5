package dev.braid.engine;

/**
 * The cost of batches, measured after and estimated before they are handled. In nanoseconds, a group's records are expected to take
 * as long as those of its last batches. For the conductor.
 */
final class BatchCost {
    /** Weight of the last batch in the average. */
    private static final double SMOOTHING = 0.25;

    /** By group; {@code null} if records are the cost. */
    private final double[] nsPerRecord;

    BatchCost(CostModel model, int groups) {
        this.nsPerRecord = model == CostModel.NANOSECONDS ? new double[groups] : null;
    }

    /** Returns whether a group's records have a cost that is known, or expected from its last batches. */
    boolean isKnown(int group) {
        return nsPerRecord == null || nsPerRecord[group] > 0;
    }

    long estimate(int group, int records) {
        return nsPerRecord == null ? records : Math.max(records, (long) (records * nsPerRecord[group]));
    }

    long of(Batch batch) {
        int tried = batch.tried();
        if (nsPerRecord == null || tried == 0) {
            return tried;
        }
        double sample = (double) batch.elapsedNs / tried;
        double before = nsPerRecord[batch.group];
        nsPerRecord[batch.group] = before == 0 ? sample : before + SMOOTHING * (sample - before);
        return Math.max(tried, batch.elapsedNs);
    }
}
