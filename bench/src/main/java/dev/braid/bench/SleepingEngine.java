package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;

/** A small engine with the default idle strategy, which is given a record from time to time. For one thread. */
final class SleepingEngine implements Sleeper, EventHandler<Deposit>, AutoCloseable {
    private static final int RECORDS = 64;
    private static final int ROUND = 16;
    private static final int DIGITS = 3;

    private final BraidEngine<Deposit> engine;
    private final Ingress<Deposit> ingress;
    private final Histogram publishing = new Histogram(DIGITS);
    /** 0 until the record is handled. */
    private volatile long handledAtNs;

    /** @param settings adds journals, or nothing. */
    SleepingEngine(UnaryOperator<EngineBuilder<Deposit>> settings) {
        this.engine = settings.apply(BraidEngine.<Deposit>builder(Deposit::new)
                        .ringSize(RECORDS)
                        .inFlight(RECORDS)
                        .round(ROUND)
                        .group(HandlerGroup.<Deposit>named("all").weight(1).subStreams(1, id -> this)))
                .start();
        this.ingress = engine.ingress();
    }

    @Override
    public void onEvent(Deposit deposit, long sequence, boolean endOfBatch) {
        handledAtNs = System.nanoTime();
    }

    /** How long publishing took its caller. */
    Histogram publishing() {
        return publishing;
    }

    @Override
    public long wake() throws InterruptedException {
        handledAtNs = 0;
        long beforeNs = System.nanoTime();
        ingress.publish((deposit, sequence) -> deposit.account = sequence);
        publishing.recordValue(System.nanoTime() - beforeNs);
        while (handledAtNs == 0) {
            if (System.nanoTime() - beforeNs > TimeUnit.SECONDS.toNanos(TIMEOUT_S)) {
                throw new IllegalStateException("a record is not handled after " + TIMEOUT_S + " s");
            }
            Thread.sleep(1);
        }
        return handledAtNs - beforeNs;
    }

    @Override
    public void close() {
        engine.close();
    }
}
