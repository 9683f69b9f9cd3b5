package dev.braid.engine;

import com.lmax.disruptor.Sequence;

/**
 * How many records a group's own publishers may still bring in: its in-flight bound, less what they have claimed and was
 * not merged yet, less what came to the group through the shared ingress.
 * <p>
 * Any publisher takes credit; the engine's thread releases it. Records of the shared ingress are only counted, after the
 * group's next merge, without a claim that publishers would contend for. So where a group is fed both ways at once, own publishers may claim
 * up to the bound before they see that the group is full of the shared ingress's records. It then holds up to twice its bound
 * until it has merged what is too much; for that there are cells (see {@link EngineAssembly}), so that nobody else waits for it.
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

    /** For publishers: takes credit for so many records, or none. */
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

    /** For publishers: the ring had no room. */
    void giveBack(int count) {
        claimed.addAndGet(-count);
    }

    /** For the engine's thread, as {@link #publish}: so many records of the group's own publishers have left. */
    void release(int count) {
        releasedCount += count;
    }

    /** Lets publishers see what was released, and what is in flight from the shared ingress. */
    void publish(int sharedInFlight) {
        shared.set(sharedInFlight);
        released.set(releasedCount);
    }
}
