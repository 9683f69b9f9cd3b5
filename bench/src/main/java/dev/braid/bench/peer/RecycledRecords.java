package dev.braid.bench.peer;

import java.util.function.Supplier;

/**
 * Preallocated things that go through a first-in, first-out queue of bounded capacity to one consumer, who takes one after
 * the other. When the queue has taken the newest, all but its capacity have left it, and all but the last of those have
 * been done with: so that many and two more are enough, and nothing has to be handed back. For the publisher's thread.
 */
final class RecycledRecords<T> {
    private final Object[] ring;
    private int next;

    /** @param capacity of the queue, and what its consumer takes at once beyond the first. */
    RecycledRecords(int capacity, Supplier<T> factory) {
        ring = new Object[capacity + 2];
        for (int i = 0; i < ring.length; i++) {
            ring[i] = factory.get();
        }
    }

    /** The next one to fill; the last one must have been taken by the queue. */
    @SuppressWarnings("unchecked")
    T next() {
        T record = (T) ring[next];
        next = next + 1 == ring.length ? 0 : next + 1;
        return record;
    }
}
