package dev.braid.persistence;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Remembers which sequences were seen: all below the first one that was not, and a bit for each one above it. The bits lie in
 * pages, which exist only where a bit is set: so memory grows with the number of sequences that have overtaken others, and not
 * with the distance of a sequence, which can be anything if it is forged.
 */
final class SequenceTracker {
    /** No sequence can be further ahead of one that is missing than what waits for its turn when it is read. */
    static final long MAX_AHEAD = ReorderWindow.MAX_LENGTH;

    private static final int PAGE_SHIFT = 10;

    private final TreeMap<Long, Page> pages = new TreeMap<>();
    /** Page to which the last sequence was added. */
    private Page latest;

    private long next;
    private long highest;
    private long ahead;

    private static final class Page {
        private static final int BITS = 1 << PAGE_SHIFT;

        private final long number;
        private final long[] words = new long[BITS / Long.SIZE];
        private int set;

        Page(long number) {
            this.number = number;
        }

        private static int word(long sequence) {
            return (int) (sequence & BITS - 1) >>> 6;
        }

        boolean isSet(long sequence) {
            return (words[word(sequence)] & 1L << sequence) != 0;
        }

        void flip(long sequence) {
            words[word(sequence)] ^= 1L << sequence;
            set += isSet(sequence) ? 1 : -1;
        }

        /** Returns the first sequence that is set, from one of this page on; -1 if none is. */
        long firstSetFrom(long sequence) {
            int word = word(sequence);
            long bits = words[word] >>> sequence << sequence;
            while (bits == 0) {
                if (++word == words.length) {
                    return -1;
                }
                bits = words[word];
            }
            return (number << PAGE_SHIFT) + word * (long) Long.SIZE + Long.numberOfTrailingZeros(bits);
        }
    }

    /** Creates a tracker that has seen nothing. */
    SequenceTracker() {
        this(0);
    }

    /** Creates a tracker for which all below a first one were seen, or do not matter. */
    SequenceTracker(long first) {
        next = first;
        highest = first - 1;
    }

    /** Returns the lowest sequence that was not seen. */
    long next() {
        return next;
    }

    /** Returns the highest sequence that was seen, or the one below the first. */
    long highest() {
        return highest;
    }

    /** Returns how many sequences below the highest were not seen. */
    long missing() {
        return Math.max(0, highest + 1 - next - ahead);
    }

    /** Returns how many sequences were seen above the lowest that was not. */
    long ahead() {
        return ahead;
    }

    /** Tells whether a sequence is so far ahead that something must be wrong. */
    boolean isTooFar(long sequence) {
        return sequence - next >= MAX_AHEAD;
    }

    /** Tells whether a sequence was seen, or given up. */
    boolean contains(long sequence) {
        return sequence < next || ahead > 0 && isSet(sequence);
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
        Page page = page(sequence);
        if (page.isSet(sequence)) {
            return false;
        }
        page.flip(sequence);
        ahead++;
        highest = Math.max(highest, sequence);
        advance();
        return true;
    }

    private Page page(long sequence) {
        long number = sequence >>> PAGE_SHIFT;
        if (latest == null || latest.number != number) {
            latest = pages.computeIfAbsent(number, Page::new);
        }
        return latest;
    }

    /** Declares all sequences up to this one as seen, and gives up those that were not. */
    void giveUpTo(long sequence, Consumer<SequenceRange> missing) {
        while (next <= sequence) {
            long set = ahead == 0 ? -1 : firstSetFrom(next);
            long last = set < 0 ? sequence : Math.min(sequence, set - 1);
            missing.accept(new SequenceRange(next, last));
            next = last + 1;
            advance();
        }
    }

    private long firstSetFrom(long sequence) {
        long number = sequence >>> PAGE_SHIFT;
        Page page = pages.get(number);
        long set = page == null ? -1 : page.firstSetFrom(sequence);
        if (set >= 0) {
            return set;
        }
        Map.Entry<Long, Page> following = pages.higherEntry(number);
        return following == null ? -1 : following.getValue().firstSetFrom(following.getKey() << PAGE_SHIFT);
    }

    private void advance() {
        while (ahead > 0) {
            Page page = pages.get(next >>> PAGE_SHIFT);
            if (page == null) {
                return;
            }
            long end = (page.number + 1) << PAGE_SHIFT;
            while (next < end && page.isSet(next)) {
                page.flip(next);
                ahead--;
                next++;
            }
            if (page.set == 0) {
                pages.remove(page.number);
                latest = latest == page ? null : latest;
            }
            if (next < end) {
                return;
            }
        }
    }

    private boolean isSet(long sequence) {
        Page page = pages.get(sequence >>> PAGE_SHIFT);
        return page != null && page.isSet(sequence);
    }
}
