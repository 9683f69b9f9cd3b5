package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import java.util.concurrent.TimeUnit;

/**
 * What it takes to pick a group and charge it: groups of equal weights that always have work are served by the thread that
 * measures, first with batches of one record, then with batches of {@value #LARGE_BATCH}. The records are the same, and what
 * they take longer is due to the picks, but for the duty cycles: one of these serves each group once, and what it takes by
 * itself is known from an engine with one group.
 */
final class PickCost {
    static final int LARGE_BATCH = 32;

    private static final int IN_FLIGHT = 1 << 18;
    private static final int MOST_IN_FLIGHT = 4096;

    private final int groups;
    private final int subStreams;
    private final long measuredNs;

    /** @param subStreams of all groups. */
    PickCost(int groups, int subStreams, long measuredMs) {
        this.groups = groups;
        this.subStreams = subStreams;
        this.measuredNs = TimeUnit.MILLISECONDS.toNanos(measuredMs);
    }

    /** Nanoseconds for a duty cycle, with its one pick. */
    static double nsPerDutyCycle(long measuredMs) {
        return new PickCost(1, 1, measuredMs).nsPerBatch();
    }

    /** Nanoseconds for a pick. */
    double measure(double nsPerDutyCycle) {
        return Math.max(0, nsPerBatch() - nsPerDutyCycle / groups);
    }

    private double nsPerBatch() {
        return (nsPerRecord(1) - nsPerRecord(LARGE_BATCH)) * LARGE_BATCH / (LARGE_BATCH - 1);
    }

    private double nsPerRecord(int batch) {
        EventHandler<BenchRecord> handler = (record, sequence, endOfBatch) -> record.result = record.value;
        int ofGroup = Math.max(1, subStreams / groups);
        int inFlight = Math.max(2 * batch, Math.min(IN_FLIGHT / groups, MOST_IN_FLIGHT));
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                .threading(ThreadingMode.INVOKER)
                .producer(ProducerType.SINGLE)
                .round(batch * groups)
                .partitioner(record -> (int) record.key);
        for (int i = 0; i < groups; i++) {
            builder.group(HandlerGroup.<BenchRecord>of("group " + i, 1, ofGroup, id -> handler)
                    .inFlight(inFlight));
        }
        try (BraidEngine<BenchRecord> engine = builder.start()) {
            Load load = new Load(engine, groups, ofGroup, inFlight / 2 / batch);
            load.run(measuredNs / 2);
            return load.run(measuredNs);
        }
    }

    /** Keeps all groups busy. */
    private static final class Load {
        private final BraidEngine<BenchRecord> engine;
        private final Ingress<BenchRecord>[] ingresses;
        private final int subStreamsOfGroup;
        private final int cycles;
        private final int[] next;

        /** @param cycles after which all groups still have work. */
        @SuppressWarnings({"unchecked", "rawtypes"})
        Load(BraidEngine<BenchRecord> engine, int groups, int subStreamsOfGroup, int cycles) {
            this.cycles = cycles;
            this.engine = engine;
            this.subStreamsOfGroup = subStreamsOfGroup;
            this.ingresses = new Ingress[groups];
            this.next = new int[groups];
            for (int i = 0; i < groups; i++) {
                ingresses[i] = engine.ingress("group " + i);
            }
        }

        /** Returns nanoseconds per record. */
        double run(long ns) {
            long before = engine.lowWatermark();
            long startNs = System.nanoTime();
            long elapsedNs;
            do {
                for (int group = 0; group < ingresses.length; group++) {
                    fill(group);
                }
                for (int i = 0; i < cycles; i++) {
                    engine.invoke();
                }
                elapsedNs = System.nanoTime() - startNs;
            } while (elapsedNs < ns);
            return (double) elapsedNs / (engine.lowWatermark() - before);
        }

        private void fill(int group) {
            Ingress<BenchRecord> ingress = ingresses[group];
            long sequence;
            while ((sequence = ingress.tryNext(1)) != Ingress.NO_CAPACITY) {
                BenchRecord record = ingress.get(sequence);
                record.key = (long) group * subStreamsOfGroup + next[group];
                record.value = sequence;
                next[group] = next[group] + 1 == subStreamsOfGroup ? 0 : next[group] + 1;
                ingress.publish(sequence);
            }
        }
    }
}
