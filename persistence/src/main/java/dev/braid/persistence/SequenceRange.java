package dev.braid.persistence;

import java.util.Optional;

/**
 * Sequences without a gap, both ends included.
 *
 * @param first the lowest sequence, 0 or more.
 * @param last  the highest sequence, or {@link #OPEN_END} if the end is not known.
 */
public record SequenceRange(long first, long last) {
    /** The last sequence of a range whose end is not known. */
    public static final long OPEN_END = Long.MAX_VALUE;

    private static final long NONE = -1;

    /**
     * Checks the bounds.
     *
     * @param first the lowest sequence.
     * @param last  the highest sequence, or {@link #OPEN_END}.
     * @throws IllegalArgumentException if {@code first} is negative, or higher than {@code last}.
     */
    public SequenceRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("not a range of sequences: " + first + " to " + last);
        }
    }

    /**
     * Returns the range of one sequence.
     *
     * @param sequence its only sequence.
     * @return a range of one.
     */
    public static SequenceRange of(long sequence) {
        return new SequenceRange(sequence, sequence);
    }

    /**
     * Returns the range of all sequences from one on.
     *
     * @param first the lowest sequence.
     * @return a range with an open end.
     */
    public static SequenceRange from(long first) {
        return new SequenceRange(first, OPEN_END);
    }

    /** Returns a range with -1 for a first or a last sequence that is not known, as the files have it. */
    static Optional<SequenceRange> between(long first, long last) {
        return first == NONE ? Optional.empty() : Optional.of(new SequenceRange(first, last == NONE ? OPEN_END : last));
    }

    /**
     * Tells whether the end is not known.
     *
     * @return {@code true} for a range that {@link #from} makes.
     */
    public boolean isOpen() {
        return last == OPEN_END;
    }

    /**
     * Returns the number of sequences.
     *
     * @return 1 or more.
     * @throws IllegalStateException if the end is open.
     */
    public long count() {
        if (isOpen()) {
            throw new IllegalStateException(this + " have no end");
        }
        return last - first + 1;
    }

    /**
     * Tells whether a sequence is in the range.
     *
     * @param sequence any.
     * @return {@code true} if it is.
     */
    public boolean contains(long sequence) {
        return first <= sequence && sequence <= last;
    }

    /** Returns the range with its verb, for messages. */
    String have() {
        return this + (first == last ? " has" : " have");
    }

    /** {@return the sequences for a message: "sequence 5", "sequences 5 to 9" or "sequences from 5 on"} */
    @Override
    public String toString() {
        if (isOpen()) {
            return "sequences from " + first + " on";
        }
        return first == last ? "sequence " + first : "sequences " + first + " to " + last;
    }
}
