package dev.braid.engine;

import com.lmax.disruptor.EventHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Starts and stops the handlers of all sub-streams, each instance once. For the conductor. */
final class Handlers<E> {
    private final SubStream<E>[] subStreams;
    private final EngineLifecycle lifecycle;
    private final List<EventHandler<? super E>> started = new ArrayList<>();

    Handlers(EngineContext<E> context) {
        this.subStreams = context.layout().subStreams;
        this.lifecycle = context.lifecycle();
    }

    void start() {
        Set<EventHandler<? super E>> seen = newSet();
        for (SubStream<E> subStream : subStreams) {
            if (seen.add(subStream.handler)) { // Sub-streams may share a handler.
                started.add(subStream.handler);
                subStream.handler.onStart();
            }
        }
    }

    /**
     * Stops the handlers that were started, except those that a worker is still in: no handler may be called by two threads at a
     * time.
     *
     * @param isQuiesced whether all workers have returned.
     */
    void stop(boolean isQuiesced) {
        Set<EventHandler<? super E>> entered = isQuiesced ? Set.of() : entered();
        for (EventHandler<? super E> handler : started) {
            if (!entered.contains(handler)) {
                lifecycle.guard(handler::onShutdown);
            }
        }
    }

    private Set<EventHandler<? super E>> entered() {
        Set<EventHandler<? super E>> entered = newSet();
        for (SubStream<E> subStream : subStreams) {
            if (subStream.isLeased()) {
                entered.add(subStream.handler);
            }
        }
        return entered;
    }

    private Set<EventHandler<? super E>> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
