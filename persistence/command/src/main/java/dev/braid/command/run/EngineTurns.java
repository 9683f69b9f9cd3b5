package dev.braid.command.run;

import dev.braid.engine.BraidEngine;

/** Lets an engine without threads work on the thread that reads, also before each read, because that may block. */
final class EngineTurns implements Runnable {
    private BraidEngine<?> engine;

    /** Begins to give turns to an engine. */
    void begin(BraidEngine<?> invoked) {
        engine = invoked;
    }

    void end() {
        engine = null;
    }

    /** Lets the engine work until it has nothing to do; does nothing if there is no engine. */
    @Override
    public void run() {
        if (engine != null) {
            int work;
            do {
                work = engine.invoke();
            } while (work > 0);
        }
    }
}
