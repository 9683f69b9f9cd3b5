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

/** What a thread does while it has nothing to do: the same for Braid, the Disruptor and queues. */
public enum Idle {
    /** Never lets go of its core. */
    BUSY_SPIN("busy-spin"),

    /** Lets others run: for more threads than there are cores. */
    YIELD("yield"),

    /** Spins, yields, then sleeps up to a millisecond: Braid's default. */
    BACK_OFF("back-off");

    private final String text;

    Idle(String text) {
        this.text = text;
    }

    /** This one, or where so many busy threads have to share cores {@link #YIELD}: who spins there, holds up the others. */
    Idle among(int threads) {
        return this == BUSY_SPIN && Runtime.getRuntime().availableProcessors() < threads ? YIELD : this;
    }

    /** A new one: it has state. */
    IdleStrategy strategy() {
        return switch (this) {
            case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BACK_OFF -> new BackoffIdleStrategy();
        };
    }

    /** The same for one handler of a Disruptor. */
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
