package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.GroupStats;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import dev.braid.engine.ThreadingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Real workers whose handlers block, as those do that wait for a database: so they help even where cores are few. */
final class BlockingWorkers {
    private static final int[] WEIGHTS = {8, 4, 2, 1};
    private static final long BLOCKED_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int SUB_STREAMS_OF_GROUP = 16;
    private static final int ROUND = 32;
    private static final int IN_FLIGHT = 256;
    private static final double NS_PER_SECOND = 1e9;

    private final List<Integer> workers;
    private final long measuredMs;

    /** @param maxShareError the largest difference, of any round, between a group's share and what its weight says. */
    private record Result(
            @JsonProperty("case") String name,
            String part,
            int workers,
            RoundedSpread recordsPerSecond,
            double maxShareError) {}

    private record Measured(double recordsPerSecond, double shareError) {}

    BlockingWorkers(List<Integer> workers, long measuredMs) {
        this.workers = workers;
        this.measuredMs = measuredMs;
    }

    int steps(int rounds) {
        return rounds * workers.size();
    }

    Findings measure(int rounds, BenchSteps steps) throws InterruptedException {
        Rounds<Integer, Measured> measured =
                new Rounds<>(rounds, BlockingWorkers::name, steps, this::measure).run(workers);
        List<Result> results = new ArrayList<>();
        Table table = new Table("case", "records/s", "min", "max", "share error");
        for (int count : measured.cases()) {
            List<Measured> all = measured.of(count);
            Result result = new Result(
                    name(count),
                    "workers",
                    count,
                    RoundedSpread.of(Spread.of(
                            all.stream().mapToDouble(Measured::recordsPerSecond).toArray())),
                    all.stream().mapToDouble(Measured::shareError).max().orElseThrow());
            results.add(result);
            table.row(
                    result.name(),
                    Figures.decimals(result.recordsPerSecond().median(), 0),
                    Figures.decimals(result.recordsPerSecond().min(), 0),
                    Figures.decimals(result.recordsPerSecond().max(), 0),
                    Figures.decimals(result.maxShareError(), 4));
        }
        Map<String, List<double[]>> figures = measured.figures(each -> new double[] {each.recordsPerSecond()});
        return new Findings(results, Ratio.of(List.of(name(8) + "/" + name(1)), figures), List.of(table));
    }

    private static String name(int workers) {
        return "workers-" + workers;
    }

    private Measured measure(Integer count) {
        EventHandler<BenchRecord> handler = (record, sequence, endOfBatch) -> LockSupport.parkNanos(BLOCKED_NS);
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                .producerType(ProducerType.SINGLE)
                .threadingMode(ThreadingMode.DEDICATED)
                .workers(count)
                .round(ROUND)
                .partitioner(record -> (int) record.key);
        for (int weight : WEIGHTS) {
            builder.group(HandlerGroup.named("w" + weight)
                    .weight(weight)
                    .<BenchRecord>subStreams(SUB_STREAMS_OF_GROUP, id -> handler)
                    .ownIngress()
                    .inFlight(IN_FLIGHT));
        }
        try (BraidEngine<BenchRecord> engine = builder.start()) {
            publish(engine, TimeUnit.MILLISECONDS.toNanos(measuredMs) / 4);
            long[] before = processed(engine);
            long startNs = System.nanoTime();
            publish(engine, TimeUnit.MILLISECONDS.toNanos(measuredMs));
            long[] after = processed(engine);
            return measured(before, after, System.nanoTime() - startNs);
        }
    }

    private static Measured measured(long[] before, long[] after, long elapsedNs) {
        double total = 0;
        double weights = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            total += after[i] - before[i];
            weights += WEIGHTS[i];
        }
        double error = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            error = Math.max(error, Math.abs((after[i] - before[i]) / total - WEIGHTS[i] / weights));
        }
        return new Measured(total * NS_PER_SECOND / elapsedNs, error);
    }

    private static long[] processed(BraidEngine<?> engine) {
        return engine.stats().groups().stream().mapToLong(GroupStats::processed).toArray();
    }

    /** Gives every group as much as it takes. */
    private static void publish(BraidEngine<BenchRecord> engine, long ns) {
        List<Ingress<BenchRecord>> ingresses = engine.stats().groups().stream()
                .map(group -> engine.ingress(group.name()))
                .toList();
        int next = 0;
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < ns) {
            for (int group = 0; group < WEIGHTS.length; group++) {
                Ingress<BenchRecord> ingress = ingresses.get(group);
                long sequence;
                while ((sequence = ingress.tryNext(1)) != Ingress.NO_CAPACITY) {
                    ingress.get(sequence).key = (long) group * SUB_STREAMS_OF_GROUP + next++ % SUB_STREAMS_OF_GROUP;
                    ingress.publish(sequence);
                }
            }
            LockSupport.parkNanos(BLOCKED_NS);
        }
    }
}
