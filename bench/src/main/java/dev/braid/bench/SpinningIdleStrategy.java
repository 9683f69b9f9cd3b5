package dev.braid.bench;

import org.agrona.concurrent.IdleStrategy;

/** Spins, and notes when its thread had no processor. */
final class SpinningIdleStrategy implements IdleStrategy {
    private final Stalls stalls;

    SpinningIdleStrategy(Stalls stalls) {
        this.stalls = stalls;
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        stalls.now();
        Thread.onSpinWait();
    }

    /** There was work. */
    @Override
    public void reset() {
        stalls.resume();
    }

    @Override
    public String alias() {
        return "spin";
    }
}
