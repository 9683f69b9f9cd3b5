package dev.braid.engine;

import java.util.List;
import org.agrona.concurrent.Agent;

/** How batches come to be handled: on the conductor's own thread, or by workers. For the conductor. */
interface Dispatcher {
    /** @throws EngineHaltedException if what it starts with failed. */
    void onStart();

    /**
     * Has batches handled, as many as there is capacity for at the moment.
     *
     * @return how much was done, 0 if there was nothing to do.
     * @throws EngineHaltedException if the engine has to stop.
     */
    int dispatch();

    /** Weights are about to change: what was handed over, but not begun, is taken back, so that they hold for it, too. */
    void recall();

    /** Nobody has results at the moment; see {@link MergeHandler#onIdle()}. */
    void idle();

    /** For how long the conductor has nothing to do at the most, if there is no work. */
    long mostSleepNs();

    /**
     * The engine has halted: takes back what is still being handled, but hands over nothing more.
     *
     * @return whether nothing more will come.
     */
    boolean quiesce();

    /** What other threads than the conductor's run: in the order of {@link EngineContext#threads()}, without the first. */
    List<Agent> agents();

    /** The conductor ends. */
    void close();
}
