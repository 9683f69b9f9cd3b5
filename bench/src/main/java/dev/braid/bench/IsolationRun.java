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

/**
 * One run of an isolation case: this thread publishes gold, and in between bronze; the engine's thread serves both. Both spin, and
 * so notice when the machine stops them.
 * <p>
 * A stall of a few batches weighs on gold for longer than it lasts, and rightly so, by the bound that DESIGN.md of the engine states:
 * what came meanwhile is asked for all at once, and what is more than a batch is served in parts. So nothing is judged until gold has nothing waiting again. If gold's handler was stopped, gold has had all that time of the engine's, and the
 * others get what their weights make of it.
 */
final class IsolationRun {
    private static final int GOLD_IN_FLIGHT = 1 << 17;
    private static final int BRONZE_IN_FLIGHT = 256;
    private static final int MIN_BRONZE_IN_FLIGHT = 16;
    private static final int FLOOD_PER_TURN = 4;
    /** Until then the engine does not know what records cost. */
    private static final long LEARNING_NS = 10_000_000;

    private final IsolationCase load;
    private final GoldLog log;
    private final Stalls whilePublishing = new Stalls(0);
    private final Stalls whileIdle = new Stalls(0);
    private final Stalls inBronze = new Stalls(0);
    private final Stalls inGold;
    private final AtomicLong handled = new AtomicLong();
    private final List<Ingress<BenchRecord>> bronze = new ArrayList<>();
    private Ingress<BenchRecord> gold;
    private long published;
    private int turn;

    /** @param log for this run, until the next one begins. */
    IsolationRun(IsolationCase load, GoldLog log) {
        this.load = load;
        this.log = log;
        log.clear();
        inGold = new Stalls(2.0 * load.bronzeGroups() / load.goldWeight() + 1);
    }

    GoldLog.Latency run(boolean floods, long durationNs) {
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                .producerType(ProducerType.SINGLE)
                .idleStrategy(role -> new SpinningIdleStrategy(whileIdle))
                .round(IsolationCase.ROUND)
                .costModel(CostModel.NANOSECONDS)
                .partitioner(record -> (int) record.key)
                .group(HandlerGroup.named("gold")
                        .weight(load.goldWeight())
                        .<BenchRecord>subStreams(1, id -> this::handleGold)
                        .ownIngress()
                        .inFlight(GOLD_IN_FLIGHT));
        int inFlight = Math.max(MIN_BRONZE_IN_FLIGHT, BRONZE_IN_FLIGHT / load.bronzeGroups());
        for (int i = 0; i < load.bronzeGroups(); i++) {
            builder.group(HandlerGroup.named("bronze " + i)
                    .weight(1)
                    .<BenchRecord>subStreams(
                            1, id -> (record, sequence, end) -> inBronze.spinForNs(load.bronzeCostNs()))
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
        return log.latency(Stalls.merge(whilePublishing, whileIdle, inGold, inBronze), refused);
    }

    private void handleGold(BenchRecord record, long sequence, boolean endOfBatch) {
        inGold.spinForNs(IsolationCase.GOLD_COST_NS);
        log.add(record.value, System.nanoTime());
        handled.setRelease(handled.getPlain() + 1);
    }

    /** Returns how many gold records were refused. */
    private long publish(boolean floods, long durationNs) {
        boolean oneAtATime = load.goldLoad() == IsolationCase.ONE_AT_A_TIME;
        double intervalNs = oneAtATime ? 0 : IsolationCase.GOLD_COST_NS / load.goldLoad();
        long startNs = whilePublishing.resume();
        whilePublishing.add(startNs, startNs + LEARNING_NS);
        long refused = 0;
        long due = 0;
        long nowNs;
        while ((nowNs = whilePublishing.now()) - startNs < durationNs) {
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
