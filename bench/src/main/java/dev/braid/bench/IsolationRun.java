package dev.braid.bench;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.CostModel;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.BusySpinIdleStrategy;

/** One run of an isolation case: this thread publishes gold, and in between bronze; the engine's thread serves both. */
final class IsolationRun {
    private static final int GOLD_IN_FLIGHT = 1 << 17;
    private static final int BRONZE_IN_FLIGHT = 256;
    private static final int LEAST_BRONZE_IN_FLIGHT = 16;
    private static final int FLOOD_PER_TURN = 4;
    private static final int DIGITS = 3;

    private final IsolationCase load;
    private final Histogram latencies = new Histogram(DIGITS);
    private final AtomicLong handled = new AtomicLong();
    private final List<Ingress<BenchRecord>> bronze = new ArrayList<>();
    private Ingress<BenchRecord> gold;
    private long published;
    private int turn;

    /** @param refused how many gold records there was no room for. */
    record Latency(long p99Ns, long refused) {}

    IsolationRun(IsolationCase load) {
        this.load = load;
    }

    Latency run(boolean floods, long durationNs) {
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                .producerType(ProducerType.SINGLE)
                .idleStrategy(role -> new BusySpinIdleStrategy())
                .round(IsolationCase.ROUND)
                .costModel(CostModel.NANOSECONDS)
                .partitioner(record -> (int) record.key)
                .group(HandlerGroup.named("gold")
                        .weight(load.goldWeight())
                        .<BenchRecord>subStreams(1, id -> this::handleGold)
                        .ownIngress()
                        .inFlight(GOLD_IN_FLIGHT));
        int inFlight = Math.max(LEAST_BRONZE_IN_FLIGHT, BRONZE_IN_FLIGHT / load.bronzeGroups());
        for (int i = 0; i < load.bronzeGroups(); i++) {
            builder.group(HandlerGroup.named("bronze " + i)
                    .weight(1)
                    .<BenchRecord>subStreams(1, id -> (record, sequence, end) -> Spin.forNs(load.bronzeCostNs()))
                    .ownIngress()
                    .inFlight(inFlight));
        }
        long refused;
        try (BraidEngine<BenchRecord> engine = builder.start()) {
            gold = engine.ingress("gold");
            for (int i = 0; i < load.bronzeGroups(); i++) {
                bronze.add(engine.ingress("bronze " + i));
            }
            refused = publish(floods, durationNs);
        }
        return new Latency(latencies.getValueAtPercentile(99), refused);
    }

    private void handleGold(BenchRecord record, long sequence, boolean endOfBatch) {
        Spin.forNs(IsolationCase.GOLD_COST_NS);
        latencies.recordValue(System.nanoTime() - record.value);
        handled.setRelease(handled.getPlain() + 1);
    }

    /** Returns how many gold records were refused. */
    private long publish(boolean floods, long durationNs) {
        boolean oneAtATime = load.goldLoad() == IsolationCase.ONE_AT_A_TIME;
        double intervalNs = oneAtATime ? 0 : IsolationCase.GOLD_COST_NS / load.goldLoad();
        long startNs = System.nanoTime();
        long refused = 0;
        long due = 0;
        long nowNs;
        while ((nowNs = System.nanoTime()) - startNs < durationNs) {
            long dueNs = oneAtATime ? nowNs : startNs + (long) (due * intervalNs);
            if (oneAtATime ? handled.getAcquire() == published : nowNs - dueNs >= 0) {
                refused += tryPublish(gold, 0, dueNs) ? 0 : 1;
                due++;
            } else if (floods) {
                flood();
            }
        }
        return refused;
    }

    private void flood() {
        for (int k = 0; k < FLOOD_PER_TURN; k++) {
            if (!tryPublish(bronze.get(turn), 1 + turn, 0)) {
                Thread.onSpinWait();
            }
            turn = turn + 1 == bronze.size() ? 0 : turn + 1;
        }
    }

    private boolean tryPublish(Ingress<BenchRecord> ingress, int subStream, long value) {
        long sequence = ingress.tryNext(1);
        if (sequence == Ingress.NO_CAPACITY) {
            return false;
        }
        BenchRecord record = ingress.get(sequence);
        record.key = subStream;
        record.value = value;
        ingress.publish(sequence);
        published += subStream == 0 ? 1 : 0;
        return true;
    }
}
