package dev.braid.persistence;

import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Values by sub-stream: low numbers in an array, others in a hash map. The numbers are a journal's claim, so that a damaged one
 * costs no more than an array of {@link #MAX_ARRAY_LENGTH}. For one thread.
 *
 * @param <T> type of the values.
 */
final class SubStreamTable<T> {
    static final int MAX_ARRAY_LENGTH = 1 << 20;

    private static final int INITIAL_LENGTH = 64;

    private Object[] low = new Object[INITIAL_LENGTH];
    private final Int2ObjectHashMap<T> others = new Int2ObjectHashMap<>();

    /** Returns the value of a sub-stream; {@code null} if it has none. */
    @SuppressWarnings("unchecked")
    T get(int subStream) {
        Object[] values = low;
        return subStream >= 0 && subStream < values.length ? (T) values[subStream] : others.get(subStream);
    }

    /** Sets the value of a sub-stream, of which there is none yet below 0. */
    void put(int subStream, T value) {
        if (subStream < 0) {
            throw new IllegalArgumentException("there is no sub-stream " + subStream);
        }
        if (subStream >= MAX_ARRAY_LENGTH) {
            others.put(subStream, value);
            return;
        }
        if (subStream >= low.length) {
            low = Arrays.copyOf(low, BitUtil.findNextPositivePowerOfTwo(subStream + 1));
        }
        low[subStream] = value;
    }
}
