package dev.braid.bench.peer;

import java.util.function.Supplier;

/**
 * Preallocated objects that go through a first-in, first-out queue of bounded capacity to one consumer, which takes one after the
 * other. When the queue has taken the newest, all but its capacity have left it, and all of these but the last are no longer in
 * use. The capacity and two more are therefore enough, and nothing has to be handed back. For the publisher's thread.
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

    /** Returns the next object to fill; the queue must have taken the last one. */
    @SuppressWarnings("unchecked")
    T next() {
        T record = (T) ring[next];
        next = next + 1 == ring.length ? 0 : next + 1;
        return record;
    }
}
