package dev.braid.engine;

import com.lmax.disruptor.Sequence;

/**
 * The number of records that a group's own publishers may still bring in: its in-flight bound, minus claims not yet merged, minus
 * records that entered through the shared ingress.
 * <p>
 * Any publisher takes credit; the engine's thread releases it. Records of the shared ingress are only counted, after the group's
 * next merge, without a claim that publishers would contend for. If a group is fed both ways at once, own publishers may therefore
 * claim up to the bound before they see that the group is full of the shared ingress's records. The group then holds up to twice
 * its bound until the excess is merged; there are cells for that (see {@link EngineAssembly}), so that nobody else waits for it.
 */
final class IngressCredit {
    final int bound;
    private final Sequence claimed = new Sequence(0);
    private final Sequence released = new Sequence(0);
    private final Sequence shared = new Sequence(0);
    private long releasedCount;

    IngressCredit(int bound) {
        this.bound = bound;
    }

    /** Takes credit for all the given records, or none. For publishers. */
    boolean tryAcquire(int count) {
        long now;
        do {
            now = claimed.get();
            if (now - released.get() + shared.get() + count > bound) {
                return false;
            }
        } while (!claimed.compareAndSet(now, now + count));
        return true;
    }

    /** Returns credit because the ring had no room. For publishers. */
    void giveBack(int count) {
        claimed.addAndGet(-count);
    }

    /**
     * Releases the credit of records of the group's own publishers, which have left. For the engine's thread, as is {@link
     * #publish}.
     */
    void release(int count) {
        releasedCount += count;
    }

    /** Shows publishers the released credit, and the number in flight from the shared ingress. */
    void publish(int sharedInFlight) {
        shared.set(sharedInFlight);
        released.set(releasedCount);
    }
}
