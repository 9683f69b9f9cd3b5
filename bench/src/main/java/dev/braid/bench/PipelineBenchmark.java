package dev.braid.bench;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.Ingress;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.Outcome;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Records per second through the whole pipeline, without a journal: one publisher thread, {@value #CLAIM} records per
 * claim, and a run is over when the last of its records has come out at the end.
 * <ul>
 *   <li>{@link #braid}: one engine thread; four groups of weights 8:4:2:1 share the sub-streams evenly.
 *   <li>{@link #disruptorDiamond8}: eight handlers that each handle the records of their own sub-stream and skip the
 *       others, and a joining one behind them; nine threads and no weights.
 *   <li>{@link #disruptorOneHandler}: one handler for everything: the limit.
 * </ul>
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PipelineBenchmark {
    private static final int RECORDS = 1 << 20;
    private static final int CLAIM = 16;
    private static final int RING_SIZE = 4096;

    /** Publishes a run of records to Braid. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long braid(BraidPipeline pipeline) {
        Ingress<BenchRecord> ingress = pipeline.ingress;
        long last = 0;
        for (int i = 0; i < RECORDS / CLAIM; i++) {
            last = ingress.next(CLAIM);
            for (long sequence = last - CLAIM + 1; sequence <= last; sequence++) {
                BenchRecord record = ingress.get(sequence);
                record.key = sequence;
                record.value = sequence;
            }
            ingress.publish(last - CLAIM + 1, last);
        }
        while (pipeline.engine.lowWatermark() < last) {
            Thread.onSpinWait();
        }
        return pipeline.merge.sum;
    }

    /** Publishes a run of records to a diamond of bare Disruptor handlers. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long disruptorDiamond8(DiamondPipeline pipeline) {
        return publish(pipeline.disruptor.getRingBuffer());
    }

    /** Publishes a run of records to one bare Disruptor handler. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long disruptorOneHandler(OneHandlerPipeline pipeline) {
        return publish(pipeline.disruptor.getRingBuffer());
    }

    private static long publish(RingBuffer<BenchRecord> ring) {
        long last = 0;
        for (int i = 0; i < RECORDS / CLAIM; i++) {
            last = ring.next(CLAIM);
            for (long sequence = last - CLAIM + 1; sequence <= last; sequence++) {
                BenchRecord record = ring.get(sequence);
                record.key = sequence;
                record.value = sequence;
            }
            ring.publish(last - CLAIM + 1, last);
        }
        while (ring.getMinimumGatingSequence() < last) {
            Thread.onSpinWait();
        }
        return last;
    }

    /** A running engine. */
    @State(Scope.Benchmark)
    public static class BraidPipeline {
        /** How many there are, divided between the groups. */
        @Param({"8", "4096"})
        public int subStreams;

        BraidEngine<BenchRecord> engine;
        Ingress<BenchRecord> ingress;
        final Sum merge = new Sum();

        /** Starts the engine. */
        @Setup
        public void start() {
            int mask = subStreams - 1;
            EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                    .ringSize(RING_SIZE)
                    .producer(ProducerType.SINGLE)
                    .idleStrategy(BusySpinIdleStrategy::new)
                    .partitioner(record -> (int) record.key & mask)
                    .merge(merge);
            for (int weight = 8; weight > 0; weight /= 2) {
                builder.group("w" + weight, weight, subStreams / 4, id -> new Trivial());
            }
            engine = builder.start();
            ingress = engine.ingress();
        }

        /** Stops the engine. */
        @TearDown
        public void stop() {
            engine.close();
        }
    }

    /** A running diamond. */
    @State(Scope.Benchmark)
    public static class DiamondPipeline {
        private static final int HANDLERS = 8;
        private Disruptor<BenchRecord> disruptor;

        /** Starts the Disruptor. */
        @Setup
        public void start() {
            disruptor = newDisruptor();
            @SuppressWarnings({"unchecked", "rawtypes"})
            EventHandler<BenchRecord>[] handlers = new EventHandler[HANDLERS];
            for (int i = 0; i < HANDLERS; i++) {
                int subStream = i;
                Trivial trivial = new Trivial();
                handlers[i] = (record, sequence, endOfBatch) -> {
                    if ((record.key & (HANDLERS - 1)) == subStream) {
                        trivial.onEvent(record, sequence, endOfBatch);
                    }
                };
            }
            Sum joined = new Sum();
            disruptor.handleEventsWith(handlers).then((record, sequence, endOfBatch) -> joined.add(record));
            disruptor.start();
        }

        /** Stops the Disruptor. */
        @TearDown
        public void stop() {
            disruptor.shutdown();
        }
    }

    /** A running Disruptor with one handler. */
    @State(Scope.Benchmark)
    public static class OneHandlerPipeline {
        private Disruptor<BenchRecord> disruptor;

        /** Starts the Disruptor. */
        @Setup
        public void start() {
            disruptor = newDisruptor();
            disruptor.handleEventsWith(new Trivial());
            disruptor.start();
        }

        /** Stops the Disruptor. */
        @TearDown
        public void stop() {
            disruptor.shutdown();
        }
    }

    private static Disruptor<BenchRecord> newDisruptor() {
        // Busy spinning would be worse for both: there are more threads than the small machines have cores.
        return new Disruptor<>(
                BenchRecord::new, RING_SIZE, Thread::new, ProducerType.SINGLE, new YieldingWaitStrategy());
    }

    private static final class Trivial implements EventHandler<BenchRecord> {
        private long sum;

        @Override
        public void onEvent(BenchRecord record, long sequence, boolean endOfBatch) {
            sum += record.value;
            record.result = sum;
        }
    }

    private static final class Sum implements MergeHandler<BenchRecord> {
        private long sum;

        @Override
        public void onResult(BenchRecord record, long sequence, int subStream, Outcome outcome, Throwable cause) {
            add(record);
        }

        void add(BenchRecord record) {
            sum += record.result;
        }
    }
}
