package dev.braid.bench.peer;

import com.lmax.disruptor.Sequence;
import com.typesafe.config.ConfigFactory;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.UniformFanInShape;
import org.apache.pekko.stream.UniformFanOutShape;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.GraphDSL;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.MergePrioritized;
import org.apache.pekko.stream.javadsl.Partition;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * A stream of Pekko, the open successor of Akka: its partition and its prioritised merge, fused into one actor.
 * <pre>
 *                          ┌─▶ buffer ─▶ handler 0 ─┐
 *  publisher ─▶ queue ─▶ Partition ─▶  …  ─▶ MergePrioritized ─▶ sink
 *                          └─▶ buffer ─▶ handler 7 ─┘
 * </pre>
 * Less than Braid: a new object for each record, shares are of records, kept by chance with the weights as odds and only
 * among what waits in the buffers, a full buffer holds up all others, no low watermark. More: supervision, any number of
 * publishers, and stages that can be moved to other actors.
 */
final class PekkoPipeline implements Pipeline {
    private static final String CONFIGURATION = """
            pekko.actor.default-dispatcher.fork-join-executor.parallelism-max = 1
            pekko.loglevel = WARNING
            """;

    private final Setup setup;
    private final ActorSystem system;
    private final BoundedSourceQueue<BenchRecord> queue;
    private final CompletionStage<Done> done;
    private final Sequence completed = new Sequence(0);

    PekkoPipeline(Setup setup) {
        this.setup = setup;
        this.system = ActorSystem.create(
                "bench", ConfigFactory.parseString(CONFIGURATION).withFallback(ConfigFactory.load()));
        ResultSink sink = setup.sink();
        sink.onStart(); // A fused stream stays on the one thread of its dispatcher, but no stage is told when it
        // begins.
        Pair<BoundedSourceQueue<BenchRecord>, CompletionStage<Done>> ends = Source.<BenchRecord>queue(Setup.RING_SIZE)
                .via(partitionAndMerge())
                .toMat(
                        Sink.foreach(record -> {
                            sink.onResult(record);
                            sink.onBatchEnd();
                            completed.set(completed.get() + 1);
                        }),
                        Keep.both())
                .run(system);
        this.queue = ends.first();
        this.done = ends.second();
    }

    private Graph<FlowShape<BenchRecord, BenchRecord>, NotUsed> partitionAndMerge() {
        int subStreams = setup.subStreams();
        int[] weights = new int[subStreams];
        Arrays.setAll(weights, i -> setup.weight(i / setup.subStreamsPerGroup()));
        Handler[] handlers = setup.handlers();
        return GraphDSL.create(builder -> {
            UniformFanOutShape<BenchRecord, BenchRecord> partition = builder.add(
                    Partition.create(BenchRecord.class, subStreams, record -> Setup.subStreamOf(record, subStreams)));
            UniformFanInShape<BenchRecord, BenchRecord> merge =
                    builder.add(MergePrioritized.create(BenchRecord.class, weights));
            for (int i = 0; i < subStreams; i++) {
                Handler handler = handlers[i];
                builder.from(partition)
                        .via(builder.add(Flow.of(BenchRecord.class)
                                .buffer(Setup.RING_SIZE / subStreams, OverflowStrategy.backpressure())
                                .map(record -> {
                                    handler.handle(record);
                                    return record;
                                })))
                        .toFanIn(merge);
            }
            return FlowShape.of(partition.in(), merge.out());
        });
    }

    @Override
    public void publish(long first, int count) {
        RecordSource source = setup.source();
        for (long number = first; number < first + count; number++) {
            BenchRecord record = setup.newRecord();
            source.fill(record, number);
            while (!queue.offer(record).isEnqueued()) {
                Thread.yield(); // Spinning is slower.
            }
        }
    }

    @Override
    public long completed() {
        return completed.get();
    }

    @Override
    public void close() {
        queue.complete();
        done.toCompletableFuture().join();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
        setup.sink().close();
    }
}
