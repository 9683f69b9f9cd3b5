package dev.braid.bench;

/** Something that sleeps until it is woken. */
interface Sleeper {
    long TIMEOUT_S = 60;

    /**
     * Wakes it, and waits until it has nothing to do.
     *
     * @return nanoseconds until it was awake and had got what there was to do.
     */
    long wake() throws InterruptedException;
}
