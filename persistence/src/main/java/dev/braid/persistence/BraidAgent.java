package dev.braid.persistence;

import org.agrona.concurrent.Agent;

/** Runs an engine with its journals on somebody else's thread; see {@link Braid#agent()}. */
final class BraidAgent implements Agent {
    private final Braid<?> braid;
    private final Agent engine;

    BraidAgent(Braid<?> braid, Agent engine) {
        this.braid = braid;
        this.engine = engine;
    }

    @Override
    public String roleName() {
        return engine.roleName();
    }

    @Override
    public void onStart() {
        braid.start();
    }

    @Override
    public int doWork() throws Exception {
        return engine.doWork();
    }

    @Override
    public void onClose() {
        braid.close();
    }
}
