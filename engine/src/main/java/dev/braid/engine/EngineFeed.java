package dev.braid.engine;

import java.util.function.Function;

/**
 * Publishes records of earlier runs, before any others: see {@link BraidEngine#beginFeed}. For one thread.
 *
 * @param <E> type of the records.
 */
public final class EngineFeed<E> {
    private final long firstSequence;
    private final Lifecycle lifecycle;
    private final Function<String, Ingress<E>> ingresses;

    /** @param ingresses by the name of the group, {@code null} for the shared one. */
    EngineFeed(long firstSequence, Lifecycle lifecycle, Function<String, Ingress<E>> ingresses) {
        this.firstSequence = firstSequence;
        this.lifecycle = lifecycle;
        this.ingresses = ingresses;
    }

    /**
     * Where the engine goes on.
     *
     * @return the sequence that the first record gets.
     */
    public long firstSequence() {
        return firstSequence;
    }

    /**
     * The shared ingress, for this feed alone.
     *
     * @return an ingress.
     */
    public Ingress<E> ingress() {
        return ingresses.apply(null);
    }

    /**
     * The ingress of a group, for this feed alone.
     *
     * @param group name of the group.
     * @return an ingress.
     * @throws IllegalArgumentException if there is no such group.
     */
    public Ingress<E> ingress(String group) {
        return ingresses.apply(group);
    }

    /**
     * All is published: from now on everybody may publish. Where it is not called, nobody may.
     *
     * @throws IllegalStateException if the engine was closed or has halted meanwhile.
     */
    public void complete() {
        lifecycle.fed();
    }
}
