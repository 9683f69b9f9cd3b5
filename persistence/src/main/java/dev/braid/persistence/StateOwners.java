package dev.braid.persistence;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/**
 * The handlers that keep state in this JVM, and the sub-stream whose state each one has. An instance is for one sub-stream of one
 * opening of a journal: given out a second time, it would bring state along, and what is replayed would be added to that.
 * Handlers are compared by identity, and are not kept from being collected.
 * <p>
 * <b>Threads:</b> any.
 */
final class StateOwners {
    private static final Map<Key, String> OWNERS = new HashMap<>();
    private static final ReferenceQueue<Object> COLLECTED = new ReferenceQueue<>();

    private StateOwners() {}

    /** A handler, by identity. */
    private static final class Key extends WeakReference<Object> {
        private final int hash;

        Key(Object handler, ReferenceQueue<Object> collected) {
            super(handler, collected);
            this.hash = System.identityHashCode(handler);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Key key && get() != null && get() == key.get();
        }
    }

    /**
     * Reserves a handler for a sub-stream.
     *
     * @param owner the sub-stream, its group and its journal, for messages.
     * @throws IllegalArgumentException if it has the state of another one, or of an earlier opening; the message names both.
     */
    static synchronized void reserve(Object handler, String owner) {
        for (Reference<?> gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
            OWNERS.remove(gone);
        }
        String other = OWNERS.putIfAbsent(new Key(handler, COLLECTED), owner);
        if (other != null) {
            throw new IllegalArgumentException("the handler of " + owner + ", "
                    + handler.getClass().getName() + ", has the state of " + other
                    + " already: each sub-stream needs a new handler each time that its state is opened");
        }
    }

    /** Releases a handler to which nothing was replayed. */
    static synchronized void release(Object handler) {
        OWNERS.remove(new Key(handler, null));
    }
}
