package dev.braid.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The ingresses of an engine: the shared one, if there is one, and those of groups. For any thread. */
final class Ingresses<E> {
    private final EngineAssembly<E> parts;
    private final BackPressure backPressure;
    private final Ingress<E> shared;
    private final Map<String, Ingress<E>> own = new LinkedHashMap<>();

    Ingresses(EngineAssembly<E> parts, BackPressure backPressure) {
        this.parts = parts;
        this.backPressure = backPressure;
        this.shared = newIngress(null, false);
        for (GroupState<E> group : parts.context.layout().groups) {
            if (group.hasOwnIngress) {
                own.put(group.name, newIngress(group, false));
            }
        }
    }

    private Ingress<E> newIngress(GroupState<E> group, boolean feeds) {
        return new Ingress<>(parts, backPressure, group, feeds);
    }

    /** @throws IllegalStateException if there is none. */
    Ingress<E> shared() {
        checkShared();
        return shared;
    }

    private void checkShared() {
        if (!parts.context.config().hasSharedIngress()) {
            throw new IllegalStateException("the engine has no shared ingress because it was built without"
                    + " EngineBuilder.partitioner: the groups " + own.keySet() + " have ingresses of their own");
        }
    }

    /**
     * Returns the ingress of a group.
     *
     * @throws IllegalArgumentException if there is no such group.
     * @throws IllegalStateException    if the group has none.
     */
    Ingress<E> of(String group) {
        return own.get(owner(group).name);
    }

    private GroupState<E> owner(String name) {
        GroupState<E> group = parts.context.layout().group(name);
        if (!group.hasOwnIngress) {
            throw new IllegalStateException("group '" + name
                    + "' has no ingress of its own: it was described without HandlerGroup.ownIngress()");
        }
        return group;
    }

    /** Returns the names of the groups that have ingresses of their own. */
    Set<String> owners() {
        return own.keySet();
    }

    /**
     * Makes an ingress for records of earlier runs.
     *
     * @param group name of the group, {@code null} for the shared one.
     * @throws IllegalStateException if the engine has no such ingress.
     */
    Ingress<E> newFeed(String group) {
        if (group == null) {
            checkShared();
        }
        return newIngress(group == null ? null : owner(group), true);
    }
}
