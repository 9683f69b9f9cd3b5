package dev.braid.engine;

import com.lmax.disruptor.dsl.ProducerType;

/** Makes small real parts of an engine for the states of the tests. */
final class Parts {
    /** A record of the tests. */
    static final class Slot {
        int value;
    }

    private Parts() {}

    /** A ring of the shared ingress with room for two records, or of a group's own ingress with as many slots. */
    static IngestRing<Slot> ring(boolean own, ProducerType producers) {
        CellPool<Slot> pool = new CellPool<>(Slot::new, 64);
        return new IngestRing<>(producers, 2, own ? 2 : 0, 0, pool, new RingWaits(1, () -> 0), new WakeUp());
    }

    static EngineLifecycle startedLifecycle() {
        EngineLifecycle lifecycle = new EngineLifecycle(t -> {}, 0, () -> false);
        lifecycle.start();
        return lifecycle;
    }

    /** A thread that is awake. */
    static EngineThread thread() {
        WakeableIdleStrategy idle = new WakeableIdleStrategy();
        return new EngineThread(null, idle, idle, null, null);
    }

    /** For one worker. */
    static Exchange exchange() {
        return new Exchange(new EngineThread[] {thread(), thread(), thread()}, 4);
    }
}
