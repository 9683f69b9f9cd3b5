package dev.braid.engine;

import com.lmax.disruptor.Sequence;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The hand-shake between a thread that sleeps while it has no work and threads that have work for it.
 * <pre>
 *  the sleeper                              the waker
 *  1. announces that it is about to sleep   1. makes the work visible
 *  2. full fence                            2. full fence
 *  3. looks for work once more              3. looks whether a sleep is announced
 *  4. sleeps, if it found none and the      4. if one is, takes the announcement back, and
 *     announcement still stands                unparks the sleeper
 * </pre>
 * <b>No wake-up is lost.</b> Of the two fences one comes first. If it is the sleeper's, the waker sees the announcement and takes
 * it back, so that the sleeper either does not go to sleep, or is unparked, before or after it parked; a permit that comes before
 * the park ends the park at once. If it is the waker's, the sleeper sees the work when it looks once more. Other waits of the
 * sleeper while it looks, inside callbacks, may consume a permit, but do not restore the announcement. Of several wakers one takes
 * the announcement back; the others rely on the next announcement, without which the sleeper does not sleep again.
 * <p>
 * If there is no sleep to end, waking costs one read of a cache line that changes only when the sleeper falls asleep or wakes.
 * <p>
 * <b>Threads:</b> any may wake; the other methods are for the sleeper.
 */
final class WakeUp {
    private static final long AWAKE = 0;
    private static final long ANNOUNCED = 1;

    private final Sequence state = new Sequence(AWAKE);
    private volatile Thread sleeper;

    /** Announces that the sleeper is about to sleep, and will look for work once more. */
    void announce() {
        Thread thread = Thread.currentThread();
        if (sleeper != thread) {
            if (sleeper != null && sleeper.isAlive()) {
                throw new IllegalStateException("threads " + sleeper.getName() + " and " + thread.getName()
                        + " have the same idle strategy: each needs one of its own");
            }
            sleeper = thread;
        }
        state.setVolatile(ANNOUNCED);
        VarHandle.fullFence();
    }

    /** Withdraws the announcement, because there is work after all. */
    void withdraw() {
        state.setVolatile(AWAKE);
        VarHandle.fullFence();
    }

    /**
     * Sleeps, unless the announcement was taken back.
     *
     * @param mostNs the longest sleep.
     * @return whether the announcement was taken back.
     */
    boolean sleep(long mostNs) {
        if (state.get() == ANNOUNCED) {
            LockSupport.parkNanos(this, mostNs);
        }
        return state.get() == AWAKE;
    }

    /**
     * Ends the sleep of the sleeper, or keeps it from falling asleep. The work must be visible, followed by a full fence.
     *
     * @return whether a sleep was announced.
     */
    boolean wakeAfterFence() {
        return state.get() != AWAKE && rouse();
    }

    /** Calls {@link #wakeAfterFence} after a full fence. */
    boolean wake() {
        VarHandle.fullFence();
        return wakeAfterFence();
    }

    private boolean rouse() {
        if (!state.compareAndSet(ANNOUNCED, AWAKE)) {
            return false;
        }
        LockSupport.unpark(sleeper);
        return true;
    }
}
