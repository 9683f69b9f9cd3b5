package dev.braid.bench.peer;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** Selects what a thread does without work, alike for Braid, the Disruptor and queues. */
public enum Idle {
    /** Spins, and keeps its core. */
    BUSY_SPIN("busy-spin"),

    /** Yields, for more threads than there are cores. */
    YIELD("yield"),

    /** Spins, yields, then sleeps up to a millisecond: Braid's default. */
    BACK_OFF("back-off");

    private final String text;

    Idle(String text) {
        this.text = text;
    }

    /**
     * Returns this strategy, or {@link #YIELD} if that many busy threads have to share cores: a thread that spins there delays the
     * others.
     */
    Idle among(int threads) {
        return this == BUSY_SPIN && Runtime.getRuntime().availableProcessors() < threads ? YIELD : this;
    }

    /** Creates a strategy, which has state. */
    IdleStrategy strategy() {
        return switch (this) {
            case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BACK_OFF -> new BackoffIdleStrategy();
        };
    }

    /** Creates a wait strategy for one handler of a Disruptor. */
    WaitStrategy waitStrategy() {
        return switch (this) {
            case BUSY_SPIN -> new BusySpinWaitStrategy();
            case YIELD -> new YieldingWaitStrategy();
            case BACK_OFF -> new AgronaWaitStrategy(strategy()); // Disruptor's own sleep for other times.
        };
    }

    private record AgronaWaitStrategy(IdleStrategy strategy) implements WaitStrategy {
        @Override
        public long waitFor(long sequence, Sequence cursor, Sequence dependent, SequenceBarrier barrier)
                throws AlertException {
            long available;
            while ((available = dependent.get()) < sequence) {
                barrier.checkAlert();
                strategy.idle();
            }
            strategy.reset();
            return available;
        }

        @Override
        public void signalAllWhenBlocking() {}
    }

    @Override
    public String toString() {
        return text;
    }
}
