package dev.braid.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * The default idle strategy: spins for a moment, and then sleeps until there is work, so that an idle engine costs next to nothing.
 * Engines and journals know it, and wake the thread whose strategy it is: the ring wakes the thread that tags, that thread wakes a
 * worker, and so on. Other strategies, such as Agrona's, have to find out by themselves that there is work: they use time while
 * there is none, or find out late.
 * <p>
 * <b>Spinning:</b> {@value #DEFAULT_SPINS} pauses of the processor, then {@value #DEFAULT_YIELDS} times {@link Thread#yield()}:
 * some 20 to 50 µs, about as long as it takes to wake a thread. A thread whose work comes in shorter intervals does not sleep at
 * all, and its publishers do not spend the few microseconds that waking it takes. A thread whose work comes in longer intervals
 * uses at most twice the time that it would need otherwise.
 * <p>
 * <b>Threads:</b> an instance is for one thread. An agent that is run by the caller's own {@link org.agrona.concurrent.AgentRunner}
 * can use it, too, if the engine gets the instance as the strategy of that role and the runner gets it as its own. Several agents,
 * of several engines, can share it if one thread runs them. {@link #wake()} is for any thread.
 */
public final class WakeableIdleStrategy implements IdleStrategy {
    /** Default number of spins. */
    public static final int DEFAULT_SPINS = 100;

    /** Default number of yields. */
    public static final int DEFAULT_YIELDS = 20;

    private static final long UNLIMITED_NS = TimeUnit.DAYS.toNanos(1);

    // An object of its own, because fields that change with every idle cycle must not share its cache line.
    private final WakeUp wakeUp = new WakeUp();
    private final int spins;
    private final int yields;

    /** Name of the thread whose own it is; none while it is free. */
    private final AtomicReference<String> owner = new AtomicReference<>();

    private int attempts;
    private boolean isAnnounced;
    private long mostNs = UNLIMITED_NS;

    /** Creates a strategy with the default numbers of spins and yields. */
    public WakeableIdleStrategy() {
        this(DEFAULT_SPINS, DEFAULT_YIELDS);
    }

    /**
     * Creates a strategy.
     *
     * @param spins  the number of times that it pauses the processor first; may be 0.
     * @param yields the number of times that it then gives the processor to other threads; may be 0.
     * @throws IllegalArgumentException if either is negative.
     */
    public WakeableIdleStrategy(int spins, int yields) {
        if (spins < 0 || yields < 0) {
            throw new IllegalArgumentException("spins and yields must not be negative: " + spins + ", " + yields);
        }
        this.spins = spins;
        this.yields = yields;
    }

    /** Returns what wakes the thread. */
    WakeUp wakeUp() {
        return wakeUp;
    }

    /**
     * Reserves the strategy for a thread. Engines and journals do so for each of their threads when it is started, because a thread that
     * sleeps could be taken for another one that is awake, and never be woken. {@link ThreadingMode#INVOKER} reserves none.
     *
     * @param thread name of the thread.
     * @throws IllegalArgumentException if it is reserved already, and was not released; the message names both threads.
     */
    public void reserve(String thread) {
        String other = owner.compareAndExchange(null, thread);
        if (other != null) {
            throw new IllegalArgumentException("threads " + other + " and " + thread
                    + " were given the same WakeableIdleStrategy: each thread needs one of its own");
        }
    }

    /** Releases the strategy, because the thread that it was reserved for has ended. */
    public void release() {
        owner.set(null);
    }

    /**
     * Limits sleeps: until the agent says otherwise, it is called again after this time even if nobody wakes it. For the agent that
     * is run with this strategy.
     *
     * @param ns nanoseconds, at least 0.
     */
    public void sleepAtMost(long ns) {
        if (mostNs != ns) {
            mostNs = ns;
        }
    }

    /**
     * Removes the limit on sleeps: the agent need not be called before somebody wakes it. For the agent that is run with this
     * strategy.
     */
    public void sleepUntilWoken() {
        sleepAtMost(UNLIMITED_NS);
    }

    /** Wakes the thread if it sleeps or is about to. The work must have been made visible before. */
    public void wake() {
        wakeUp.wake();
    }

    /**
     * Spins, or yields, or announces a sleep and lets the agent look for work once more, or sleeps.
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

    /** Calls {@link #idle(int)} with no work. */
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

    /** Notes that there was work. */
    @Override
    public void reset() {
        stopIdling();
    }

    /** Calls {@link #reset}. Returns whether a sleep was announced; if so, somebody may have woken this thread for other work. */
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
