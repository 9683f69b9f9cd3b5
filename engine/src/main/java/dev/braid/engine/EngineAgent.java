package dev.braid.engine;

import org.agrona.concurrent.Agent;

/** An engine as an agent for the user's runner; see {@link BraidEngine#agent()}. For that runner's thread. */
final class EngineAgent implements Agent {
    private final BraidEngine<?> engine;
    private final InvokedRunner runner;
    private final String roleName;
    private boolean hasFailed;

    EngineAgent(BraidEngine<?> engine, InvokedRunner runner, String roleName) {
        this.engine = engine;
        this.runner = runner;
        this.roleName = roleName;
    }

    @Override
    public String roleName() {
        return roleName;
    }

    @Override
    public void onStart() {
        engine.start();
    }

    @Override
    public int doWork() {
        if (hasFailed || runner.hasEnded()) {
            return 0;
        }
        try {
            return engine.invoke();
        } catch (EngineHaltedException e) {
            hasFailed = true; // Reported once, because a runner goes on calling an agent that throws.
            throw e;
        }
    }

    @Override
    public void onClose() {
        engine.close();
    }
}
