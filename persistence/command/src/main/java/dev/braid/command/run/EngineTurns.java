package dev.braid.command.run;

import dev.braid.engine.BraidEngine;

/** Lets an engine that has no thread of its own work on the thread that reads: before each read, too, for that may block. */
final class EngineTurns implements Runnable {
    private BraidEngine<?> engine;

    /** From now on this engine has its turns. */
    void begin(BraidEngine<?> invoked) {
        engine = invoked;
    }

    void end() {
        engine = null;
    }

    /** Lets the engine work until it has nothing to do; does nothing if none has turns. */
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
