package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The cost of picking a group and charging it. Groups of equal weights that always have work are served by the measuring thread, in
 * turns with batches of one record and with batches of {@value #LARGE_BATCH}. The records are the same, so the difference in time
 * is due to the picks and the duty cycles. A duty cycle serves each group once, and its own cost is known from an engine with one
 * group.
 */
final class PickCost {
    static final int LARGE_BATCH = 32;

    private static final int IN_FLIGHT = 1 << 18;
    private static final int MAX_IN_FLIGHT = 4096;
    private static final int TURNS = 8;

    private final int groups;
    private final int subStreamsOfGroup;
    private final long measuredNs;

    /** @param subStreams of all groups. */
    PickCost(int groups, int subStreams, long measuredMs) {
        this.groups = groups;
        this.subStreamsOfGroup = Math.max(1, subStreams / groups);
        this.measuredNs = TimeUnit.MILLISECONDS.toNanos(measuredMs);
    }

    /** Returns the nanoseconds of a duty cycle, with its one pick. */
    static double nsPerDutyCycle(long measuredMs) {
        return Spread.of(new PickCost(1, 1, measuredMs).nsPerBatch()).median();
    }

    /** Returns the nanoseconds of a pick, by turn: differences, which noise can make negative. */
    double[] measure(double nsPerDutyCycle) {
        return Arrays.stream(nsPerBatch())
                .map(each -> each - nsPerDutyCycle / groups)
                .toArray();
    }

    private double[] nsPerBatch() {
        try (Load small = new Load(1);
                Load large = new Load(LARGE_BATCH)) {
            small.nsPerRecord(measuredNs / 2);
            large.nsPerRecord(measuredNs / 2);
            return IntStream.range(0, TURNS)
                    .mapToDouble(turn -> small.nsPerRecord(measuredNs / TURNS) - large.nsPerRecord(measuredNs / TURNS))
                    .map(difference -> difference * LARGE_BATCH / (LARGE_BATCH - 1))
                    .toArray();
        }
    }

    /** An engine all of whose groups always have work. */
    private final class Load implements AutoCloseable {
        private final BraidEngine<BenchRecord> engine;
        private final List<Ingress<BenchRecord>> ingresses = new ArrayList<>();
        private final int[] next = new int[groups];
        /** Number of duty cycles after which all groups still have work. */
        private final int cycles;

        Load(int batch) {
            EventHandler<BenchRecord> handler = (record, sequence, endOfBatch) -> record.result = record.value;
            int inFlight = Math.max(2 * batch, Math.min(IN_FLIGHT / groups, MAX_IN_FLIGHT));
            EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                    .threadingMode(ThreadingMode.INVOKER)
                    .producerType(ProducerType.SINGLE)
                    .round(batch * groups)
                    .partitioner(record -> (int) record.key);
            for (int i = 0; i < groups; i++) {
                builder.group(HandlerGroup.named("group " + i)
                        .weight(1)
                        .<BenchRecord>subStreams(subStreamsOfGroup, id -> handler)
                        .ownIngress()
                        .inFlight(inFlight));
            }
            cycles = inFlight / 2 / batch;
            engine = builder.start();
            for (int i = 0; i < groups; i++) {
                ingresses.add(engine.ingress("group " + i));
            }
        }

        double nsPerRecord(long ns) {
            long before = engine.lowWatermark();
            long startNs = System.nanoTime();
            long elapsedNs;
            do {
                for (int group = 0; group < groups; group++) {
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
            Ingress<BenchRecord> ingress = ingresses.get(group);
            long sequence;
            while ((sequence = ingress.tryNext(1)) != Ingress.NO_CAPACITY) {
                BenchRecord record = ingress.get(sequence);
                record.key = (long) group * subStreamsOfGroup + next[group];
                record.value = sequence;
                next[group] = next[group] + 1 == subStreamsOfGroup ? 0 : next[group] + 1;
                ingress.publish(sequence);
            }
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
