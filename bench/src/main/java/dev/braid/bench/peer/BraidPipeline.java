package dev.braid.bench.peer;

import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.MergeHandler;
import java.util.ArrayList;
import java.util.List;

/** Braid: a publisher, and one engine thread. With a journal, {@link #completed} records are in it. */
final class BraidPipeline implements Pipeline {
    private final BraidEngine<BenchRecord> engine;
    private final Ingress<BenchRecord> ingress;
    private final RecordSource source;
    private final int claim;

    static List<HandlerGroup<BenchRecord>> groups(Setup setup) {
        List<HandlerGroup<BenchRecord>> groups = new ArrayList<>();
        Handler[] handlers = setup.handlers();
        for (int i = 0; i < setup.groups(); i++) {
            int first = i * setup.subStreamsPerGroup();
            groups.add(HandlerGroup.named("group " + i)
                    .weight(setup.weight(i))
                    .subStreams(setup.subStreamsPerGroup(), id -> handlers[first + id]));
        }
        return groups;
    }

    BraidPipeline(Setup setup, List<HandlerGroup<BenchRecord>> groups, MergeHandler<BenchRecord> merge) {
        int subStreams = setup.subStreams();
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(setup::newRecord)
                .ringSize(Setup.RING_SIZE)
                .inFlight(Setup.QUEUED - Setup.RING_SIZE)
                .round(Setup.ROUND)
                .producerType(ProducerType.SINGLE)
                .idleStrategy(role -> setup.idle().strategy())
                .partitioner(record -> Setup.subStreamOf(record, subStreams))
                .groups(groups)
                .merge(merge);
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
                Thread.onSpinWait(); // As all pipelines do that have a core for each thread: next() would sleep.
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
