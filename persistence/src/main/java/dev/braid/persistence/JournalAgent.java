package dev.braid.persistence;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;

/** Work of a thread of a journal; see {@link JournalDuty}. It sleeps until it is woken, or until the time that it states. */
interface JournalAgent extends Agent {
    long UNLIMITED_NS = TimeUnit.DAYS.toNanos(1);

    /**
     * Tells whether it is to be woken now that a frame was written. Asked by the thread that writes, after a full fence: what the agent
     * makes this depend on it has to set before it looks at what is written.
     */
    boolean isWokenByFrames();

    /** Returns how long it has nothing to do unless it is woken. Asked on its own thread after each turn. */
    long mostSleepNs();

    /** Its duty. */
    @Override
    String roleName();
}
