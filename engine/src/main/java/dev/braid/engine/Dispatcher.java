package dev.braid.engine;

import java.util.List;
import org.agrona.concurrent.Agent;

/** Has batches handled: on the conductor's own thread, or by workers. For the conductor. */
interface Dispatcher {
    /** @throws EngineHaltedException if a callback failed at the start. */
    void onStart();

    /**
     * Catches up with what other threads did. Called before records are tagged: a group whose records were all begun meanwhile had
     * nothing to do from then on, and claims no service for that time because of records that are tagged later.
     *
     * @return the amount of work done, 0 if there was none.
     */
    int catchUp();

    /**
     * Has batches handled, as many as there is capacity for at the moment.
     *
     * @return the amount of work done, 0 if there was none.
     * @throws EngineHaltedException if the engine has to stop.
     */
    int dispatch();

    /**
     * Withdraws all batches that are not begun. Called before weights change, so that the new weights apply to their records, too.
     */
    void recall();

    /** Called when there are no results; see {@link MergeHandler#onIdle()}. */
    void idle();

    /** Returns how long the conductor may sleep if it has no work. */
    long mostSleepNs();

    /**
     * Takes back batches that are still being handled, but hands over no more, because the engine has halted.
     *
     * @return whether no more batches will come back.
     */
    boolean quiesce();

    /** Returns the agents of all threads other than the conductor's, in the order of {@link EngineContext#threads()}. */
    List<Agent> agents();

    /** Ends the other threads, because the conductor ends. */
    void close();
}
