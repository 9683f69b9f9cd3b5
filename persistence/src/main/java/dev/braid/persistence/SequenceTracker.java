package dev.braid.persistence;

import org.agrona.BitUtil;

/**
 * Which sequences were seen: all below a first one that was not, and a bit for each one further on. Memory grows with how
 * far sequences overtake others only.
 */
final class SequenceTracker {
    /** Receives a range of sequences, both ends included. */
    interface Range {
        void accept(long first, long last);
    }

    private static final int INITIAL_WORDS = 64;
    private static final long MAX_BITS = 1L << 30;

    private long[] words = new long[INITIAL_WORDS];
    private long next;
    private long highest;
    private long ahead;

    /** All are yet to come. */
    SequenceTracker() {
        this(0);
    }

    /** All below a first one were seen, or are of no account. */
    SequenceTracker(long first) {
        next = first;
        highest = first - 1;
    }

    /** The lowest sequence that was not seen. */
    long next() {
        return next;
    }

    /** The highest sequence that was seen, or that is below the first one. */
    long highest() {
        return highest;
    }

    /** How many sequences below the highest were not seen. */
    long missing() {
        return Math.max(0, highest + 1 - next - ahead);
    }

    /** Whether a sequence is so far ahead that there can be no good reason for it. */
    boolean isTooFar(long sequence) {
        return sequence - next >= MAX_BITS;
    }

    /** Whether a sequence was seen, or given up. */
    boolean contains(long sequence) {
        return sequence < next || isSet(sequence);
    }

    /** Notes a sequence; {@code false} if it was seen, or given up, before. */
    boolean add(long sequence) {
        if (sequence < next) {
            return false;
        }
        if (sequence == next && ahead == 0) {
            next++;
            highest = sequence;
            return true;
        }
        ensureCapacity(sequence - next + 1);
        int word = word(sequence);
        long bit = 1L << sequence;
        if ((words[word] & bit) != 0) {
            return false;
        }
        words[word] |= bit;
        ahead++;
        highest = Math.max(highest, sequence);
        advance();
        return true;
    }

    /** All sequences up to this one should have been seen: gives up those that were not. */
    void giveUpTo(long sequence, Range missing) {
        while (next <= sequence) {
            long last = ahead == 0 ? sequence : next;
            while (last < sequence && !isSet(last + 1)) {
                last++;
            }
            missing.accept(next, last);
            next = last + 1;
            advance();
        }
    }

    private void advance() {
        while (ahead > 0 && isSet(next)) {
            words[word(next)] &= ~(1L << next);
            ahead--;
            next++;
        }
    }

    private boolean isSet(long sequence) {
        return sequence - next < words.length * (long) Long.SIZE && (words[word(sequence)] & 1L << sequence) != 0;
    }

    private int word(long sequence) {
        return (int) (sequence >>> 6) & words.length - 1;
    }

    private void ensureCapacity(long bits) {
        // One word more than the bits fill, for they need not begin where a word begins.
        long needed = (bits + Long.SIZE - 1) / Long.SIZE + 1;
        if (needed <= words.length) {
            return;
        }
        long[] old = words;
        words = new long[BitUtil.findNextPositivePowerOfTwo((int) needed)];
        long firstWord = next >>> 6;
        for (int i = 0; i < old.length; i++) {
            words[(int) (firstWord + i) & words.length - 1] = old[(int) (firstWord + i) & old.length - 1];
        }
    }
}
