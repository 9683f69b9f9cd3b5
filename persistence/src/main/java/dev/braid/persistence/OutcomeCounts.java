package dev.braid.persistence;

import dev.braid.engine.Outcome;

/**
 * Numbers of results of each outcome.
 *
 * @param processed number of results that are {@link Outcome#PROCESSED}.
 * @param failed    number of results that are {@link Outcome#FAILED}.
 * @param shed      number of results that are {@link Outcome#SHED}.
 * @param lost      number of results that are {@link Outcome#LOST}.
 */
public record OutcomeCounts(long processed, long failed, long shed, long lost) {
    /** No results. */
    public static final OutcomeCounts NONE = new OutcomeCounts(0, 0, 0, 0);

    /** @param counts by {@link Outcome#code()}. */
    static OutcomeCounts ofCodes(long[] counts) {
        return new OutcomeCounts(
                counts[Outcome.PROCESSED.code()],
                counts[Outcome.FAILED.code()],
                counts[Outcome.SHED.code()],
                counts[Outcome.LOST.code()]);
    }

    /**
     * Returns the number of results.
     *
     * @return of all outcomes.
     */
    public long total() {
        return processed + failed + shed + lost;
    }

    /**
     * Adds the results of others.
     *
     * @param other the counts to add.
     * @return the sums.
     */
    public OutcomeCounts plus(OutcomeCounts other) {
        return new OutcomeCounts(
                processed + other.processed, failed + other.failed, shed + other.shed, lost + other.lost);
    }
}
