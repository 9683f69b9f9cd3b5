package dev.braid.persistence;

import dev.braid.engine.Outcome;

/**
 * Account of some results: how many there are of each outcome, and their lowest and highest sequence. Kept while results are staged
 * or read, so that a writer need not walk over a frame that it has just put together. Used by one thread at a time; allocates
 * nothing per result.
 */
final class ResultTally {
    /** Sequence where there are no results. */
    static final long NONE = -1;

    private final long[] outcomes = new long[Outcome.values().length + 1];
    private long lowest = NONE;
    private long highest = NONE;

    /** Forgets all results. */
    void clear() {
        for (int code = 0; code < outcomes.length; code++) {
            outcomes[code] = 0;
        }
        lowest = NONE;
        highest = NONE;
    }

    /**
     * Adds a result.
     *
     * @param outcomeCode as {@link Outcome#code()} says.
     */
    void add(long sequence, int outcomeCode) {
        outcomes[outcomeCode]++;
        if (sequence > highest) {
            highest = sequence;
        }
        if (sequence < lowest || lowest == NONE) {
            lowest = sequence;
        }
    }

    /** Adds the results of a frame that come after its present one. */
    void addAll(FrameDecoder frame) {
        while (frame.nextResult()) {
            add(frame.sequence(), frame.outcomeCode());
        }
    }

    /** Adds the results of another account. */
    void add(ResultTally other) {
        for (int code = 0; code < outcomes.length; code++) {
            outcomes[code] += other.outcomes[code];
        }
        highest = Math.max(highest, other.highest);
        if (lowest == NONE || other.lowest != NONE && other.lowest < lowest) {
            lowest = other.lowest;
        }
    }

    /** Returns the lowest sequence, {@link #NONE} if there are no results. */
    long lowest() {
        return lowest;
    }

    /** Returns the highest sequence, {@link #NONE} if there are no results. */
    long highest() {
        return highest;
    }

    /** Returns the numbers of results of each outcome. */
    OutcomeCounts outcomes() {
        return OutcomeCounts.ofCodes(outcomes);
    }
}
