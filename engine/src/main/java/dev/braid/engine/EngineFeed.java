package dev.braid.engine;

/**
 * Publishes records of earlier runs before any others: see {@link BraidEngine#beginFeed}. For one thread. Its ingresses refuse and
 * throw as {@link Ingress} says.
 *
 * @param <E> type of the records.
 */
public final class EngineFeed<E> {
    private final long firstSequence;
    private final EngineLifecycle lifecycle;
    private final Ingresses<E> ingresses;

    EngineFeed(long firstSequence, EngineLifecycle lifecycle, Ingresses<E> ingresses) {
        this.firstSequence = firstSequence;
        this.lifecycle = lifecycle;
        this.ingresses = ingresses;
    }

    /**
     * Returns where the engine continues.
     *
     * @return the sequence that the first record gets.
     */
    public long firstSequence() {
        return firstSequence;
    }

    /**
     * Returns the shared ingress, for this feed only.
     *
     * @return an ingress.
     * @throws IllegalStateException if the engine has none, see {@link BraidEngine#ingress()}.
     */
    public Ingress<E> ingress() {
        return ingresses.newFeed(null);
    }

    /**
     * Returns whether there is a group of this name that has an ingress of its own.
     *
     * @param group name of the group.
     * @return whether {@link #ingress(String)} may be called with it.
     */
    public boolean hasIngress(String group) {
        return ingresses.owners().contains(group);
    }

    /**
     * Returns the ingress of a group, for this feed only.
     *
     * @param group name of the group.
     * @return an ingress.
     * @throws IllegalArgumentException if there is no such group.
     * @throws IllegalStateException    if the group has no ingress of its own.
     */
    public Ingress<E> ingress(String group) {
        return ingresses.newFeed(group);
    }

    /**
     * Ends the feed. From now on everybody may publish; without this call, nobody may.
     *
     * @throws IllegalStateException if the engine was closed or has halted meanwhile.
     */
    public void complete() {
        lifecycle.completeFeed();
    }
}
