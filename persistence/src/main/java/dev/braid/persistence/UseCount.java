package dev.braid.persistence;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Counts the uses of memory outside of the heap. The memory is released by {@link #close()} at once, or when the last use ends, and
 * is never accessed afterwards, which would crash the JVM.
 * <p>
 * <b>Threads:</b> any. A use may begin within another one, and close may be called within a use.
 */
final class UseCount implements AutoCloseable {
    // Beside the number of uses:
    private static final int CLOSED = 1 << 29;
    private static final int FREED = 1 << 30;

    private final AtomicInteger state = new AtomicInteger();
    private final String what;
    private final Runnable free;

    /**
     * @param what is used, for messages.
     * @param free gives it back; called once.
     */
    UseCount(String what, Runnable free) {
        this.what = what;
        this.free = free;
    }

    /** @throws IllegalStateException if it is closed. */
    void begin() {
        if ((state.incrementAndGet() & CLOSED) != 0) {
            end();
            throw new IllegalStateException(what + " is closed");
        }
    }

    void end() {
        if (state.decrementAndGet() == CLOSED) {
            freeUnlessInUse();
        }
    }

    private void freeUnlessInUse() {
        if (state.compareAndSet(CLOSED, CLOSED | FREED)) {
            free.run();
        }
    }

    <T> T during(Supplier<T> use) {
        begin();
        try {
            return use.get();
        } finally {
            end();
        }
    }

    boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    /** Calls after the first do nothing. */
    @Override
    public void close() {
        state.getAndUpdate(present -> present | CLOSED);
        freeUnlessInUse();
    }
}
