package dev.braid.bench.peer;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.CostModel;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.MergeHandler;
import dev.braid.engine.ThreadingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.IdleStrategy;

/** Braid: a publisher, and one engine thread or several. With a journal, {@link #completed} records are in it. */
final class BraidPipeline implements Pipeline {
    /** The publisher's thread, and one that does the rest. */
    static final int SHARED_THREADS = 2;

    /** The publisher's thread, one that partitions and schedules, a worker, and one that merges. */
    static final int WORKER_THREADS = 4;

    private final BraidEngine<BenchRecord> engine;
    private final Ingress<BenchRecord> ingress;
    private final RecordSource source;
    private final IdleStrategy idle;
    private final int claim;

    /** One engine thread. */
    static BraidPipeline shared(Setup setup) {
        return new BraidPipeline(setup, groups(setup), new SinkMerge(setup.sink()), SHARED_THREADS, builder -> {});
    }

    /** One engine thread that reads the clock around batches, and shares time. */
    static BraidPipeline nanoseconds(Setup setup) {
        return new BraidPipeline(
                setup,
                groups(setup),
                new SinkMerge(setup.sink()),
                SHARED_THREADS,
                builder -> builder.costModel(CostModel.NANOSECONDS));
    }

    /** One worker, with the two threads around it. */
    static BraidPipeline worker(Setup setup) {
        return new BraidPipeline(
                setup, groups(setup), new SinkMerge(setup.sink()), WORKER_THREADS, builder -> builder.threadingMode(
                                ThreadingMode.DEDICATED)
                        .workers(1));
    }

    static List<HandlerGroup<BenchRecord>> groups(Setup setup) {
        List<HandlerGroup<BenchRecord>> groups = new ArrayList<>();
        Handler[] handlers = setup.handlers();
        for (int i = 0; i < setup.groups(); i++) {
            int first = i * setup.subStreamsPerGroup();
            groups.add(HandlerGroup.named("group " + i)
                    .weight(setup.weight(i))
                    .subStreams(
                            setup.subStreamsPerGroup(),
                            id -> SlowHandler.around(
                                    handlers[first + id], setup.load().handlingNs())));
        }
        return groups;
    }

    /** @param threads that are busy, the publisher included. */
    BraidPipeline(
            Setup setup,
            List<HandlerGroup<BenchRecord>> groups,
            MergeHandler<BenchRecord> merge,
            int threads,
            Consumer<EngineBuilder<BenchRecord>> more) {
        int subStreams = setup.subStreams();
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(setup::newRecord)
                .ringSize(Setup.RING_SIZE)
                .inFlight(Setup.QUEUED - Setup.RING_SIZE)
                .round(Setup.ROUND)
                .producerType(ProducerType.SINGLE)
                .idleStrategy(role -> setup.idle().among(threads).strategy())
                .partitioner(record -> Setup.subStreamOf(record, subStreams))
                .groups(groups)
                .merge(merge);
        more.accept(builder);
        this.idle = Idle.BUSY_SPIN.among(threads).strategy();
        this.source = setup.source();
        this.claim = setup.claim();
        this.engine = builder.start();
        this.ingress = engine.ingress();
    }

    @Override
    public void publish(long first, int count) {
        long number = first;
        for (int left = count; left > 0; left -= claim) {
            int some = Math.min(left, claim);
            long last;
            while ((last = ingress.tryNext(some)) == Ingress.NO_CAPACITY) {
                idle.idle(); // Spins, as all pipelines do that have a core for each thread: next() would sleep.
            }
            for (long sequence = last - some + 1; sequence <= last; sequence++) {
                source.fill(ingress.get(sequence), number++);
            }
            ingress.publish(last - some + 1, last);
        }
    }

    @Override
    public long completed() {
        return engine.lowWatermark() + 1;
    }

    @Override
    public void close() {
        engine.close();
    }
}
