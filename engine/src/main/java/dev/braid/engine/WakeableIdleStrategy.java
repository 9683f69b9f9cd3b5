package dev.braid.engine;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * The default idle strategy: spins for a moment, and then sleeps until there is work, so that an idle engine costs next to
 * nothing. Engines and journals know it, and wake the thread whose idle strategy it is: the ring for the thread that tags, that
 * one for a worker, and so on. Others, as Agrona's, find out by themselves that there is work, and cost time while there is
 * none, or find out late.
 * <p>
 * <b>Spinning:</b> {@value #DEFAULT_SPINS} times a pause of the processor, then {@value #DEFAULT_YIELDS} times
 * {@link Thread#yield()}; that is some 20 to 50 µs, about as long as it takes to wake a thread. So a thread whose work comes in
 * shorter intervals does not sleep at all, and its publishers do not pay for waking it: a few microseconds of the publisher's
 * time. One whose work comes in longer ones uses at most twice the time that it would need otherwise.
 * <p>
 * <b>Threads:</b> an instance is for one thread. An agent that is run by one's own {@link org.agrona.concurrent.AgentRunner} can
 * have it, too, if it is given to the engine as the strategy of that role and to the runner; as long as one thread runs them, so
 * can several agents, of several engines. {@link #wake()} is for any thread.
 */
public final class WakeableIdleStrategy implements IdleStrategy {
    /** How often it spins by default. */
    public static final int DEFAULT_SPINS = 100;

    /** How often it yields by default. */
    public static final int DEFAULT_YIELDS = 20;

    private static final long UNLIMITED_NS = TimeUnit.DAYS.toNanos(1);

    // What others look at is an object of its own: what changes here with every idle cycle shall not share its cache
    // line.
    private final WakeUp wakeUp = new WakeUp();
    private final int spins;
    private final int yields;

    private int attempts;
    private boolean isAnnounced;
    private long mostNs = UNLIMITED_NS;

    /** Spins and yields as often as is the default. */
    public WakeableIdleStrategy() {
        this(DEFAULT_SPINS, DEFAULT_YIELDS);
    }

    /**
     * Spins and yields as often as is said.
     *
     * @param spins  how often, at first, it pauses the processor; 0 for not at all.
     * @param yields how often, after that, it gives the processor to other threads; 0 for not at all.
     * @throws IllegalArgumentException if one of both is negative.
     */
    public WakeableIdleStrategy(int spins, int yields) {
        if (spins < 0 || yields < 0) {
            throw new IllegalArgumentException("spins and yields must not be negative: " + spins + ", " + yields);
        }
        this.spins = spins;
        this.yields = yields;
    }

    /** What wakes the thread. */
    WakeUp wakeUp() {
        return wakeUp;
    }

    /**
     * For the agent that is run with it: until it says otherwise, it is to be called again after that time even if nobody wakes
     * it.
     *
     * @param ns nanoseconds, at least 0.
     */
    public void sleepAtMost(long ns) {
        if (mostNs != ns) {
            mostNs = ns;
        }
    }

    /** For the agent that is run with it: it need not be called before somebody wakes it. */
    public void sleepUntilWoken() {
        sleepAtMost(UNLIMITED_NS);
    }

    /** Wakes the thread, if it sleeps or is about to. What it is to see must have been made visible before. */
    public void wake() {
        wakeUp.wake();
    }

    /**
     * Spins, yields, or announces that it will sleep and lets the agent look for work once more, or sleeps.
     *
     * @param workCount of the agent's last {@link Agent#doWork}.
     */
    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    /** As {@link #idle(int)} without work. */
    @Override
    public void idle() {
        if (attempts < spins + yields) {
            if (attempts++ < spins) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        } else if (!isAnnounced) {
            isAnnounced = true;
            wakeUp.announce();
        } else if (wakeUp.sleep(mostNs)) {
            isAnnounced = false;
            attempts = 0;
        }
    }

    /** There was work. */
    @Override
    public void reset() {
        stopIdling();
    }

    /** As {@link #reset}. Returns whether a sleep was announced: somebody may have woken this thread for other work. */
    boolean stopIdling() {
        attempts = 0;
        if (!isAnnounced) {
            return false;
        }
        isAnnounced = false;
        wakeUp.withdraw();
        return true;
    }

    @Override
    public String alias() {
        return "wakeable";
    }
}
