package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.dsl.ProducerType;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.CostModel;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.GroupStats;
import dev.braid.engine.HandlerGroup;
import dev.braid.engine.Ingress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BusySpinIdleStrategy;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures shares with real threads: one publishes to all groups, each through its own ingress and as much as it takes,
 * and the engine's thread serves them. Handlers spin for the cost of their records.
 */
@Command(
        name = "fairness",
        sortOptions = false,
        description = {
            "Shares of saturated groups, with one engine thread, against what their weights promise.",
            "",
            "Merged in WEIGHTED order only: in SEQUENCE order a result waits for all older ones, so that saturated groups "
                    + "wait for each other, and their shares follow what was published.",
            ""
        },
        footer = {"", "Exit status: 0 all shares hold, 1 some do not, 2 wrong usage."})
final class FairnessBench extends Bench {
    private static final double MOST_SHARE_ERROR = 0.01;
    private static final double MOST_LAG_OVER_BOUND = 1;
    private static final int RECORDS = 100_000;
    private static final int ROUND = 128;
    private static final int MOST_IN_FLIGHT = 1 << 16;

    @Option(names = "--case", paramLabel = "NAME", description = "Only the case of this name.")
    private String only;

    /** @param shares by group, of what was served. */
    private record Result(
            @JsonProperty("case") String name,
            String threads,
            double[] expected,
            double[] shares,
            double maxShareError,
            double lagOverBound) {
        boolean holds() {
            return maxShareError <= MOST_SHARE_ERROR && lagOverBound <= MOST_LAG_OVER_BOUND;
        }
    }

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    Findings measure(Progress progress) {
        List<FairnessCase> cases = FairnessCase.all().stream()
                .filter(load -> only == null || load.name().equals(only))
                .toList();
        if (cases.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--case '" + only + "': there is no such case");
        }
        progress.expect(cases.size());
        List<Result> results = new ArrayList<>();
        Table table = new Table("case", "share error", "lag over bound", "");
        for (FairnessCase load : cases) {
            progress.step(load.name());
            Result result = run(load);
            results.add(result);
            table.row(
                    load.name(),
                    Figures.decimals(result.maxShareError(), 5),
                    Figures.decimals(result.lagOverBound(), 3),
                    result.holds() ? "" : "does not hold");
        }
        return new Findings(results, List.of(), List.of(table), results.stream().allMatch(Result::holds));
    }

    private Result run(FairnessCase load) {
        int groups = load.weights().length;
        EngineBuilder<BenchRecord> builder = BraidEngine.<BenchRecord>builder(BenchRecord::new)
                .producer(ProducerType.SINGLE)
                .idleStrategy(BusySpinIdleStrategy::new)
                .round(ROUND)
                .cost(load.costModel())
                .partitioner(record -> (int) record.key);
        for (int i = 0; i < groups; i++) {
            long costNs = load.costsNs()[i];
            EventHandler<BenchRecord> handler = (record, sequence, endOfBatch) -> Spin.forNs(costNs);
            builder.group(
                    HandlerGroup.<BenchRecord>of("group " + i, load.weights()[i], load.subStreams(), id -> handler)
                            .inFlight(Math.max(4 * ROUND, MOST_IN_FLIGHT / 8 / groups)));
        }
        long minimumNs = TimeUnit.SECONDS.toNanos(quick ? 1 : 5);
        try (BraidEngine<BenchRecord> engine = builder.start()) {
            Publisher publisher = new Publisher(engine, load);
            publisher.fill(); // All have work before the first share is taken.
            publisher.publishFor(minimumNs / 10);
            long[] before = service(engine);
            publisher.publishFor(minimumNs);
            while (load.costModel() == CostModel.RECORDS && sum(service(engine)) - sum(before) < RECORDS) {
                publisher.fill();
            }
            return result(load, before, service(engine), engine.groups());
        }
    }

    private static Result result(FairnessCase load, long[] before, long[] after, List<GroupStats> groups) {
        double total = sum(after) - sum(before);
        double[] shares = new double[after.length];
        double[] expected = load.expected();
        double error = 0;
        double lag = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (after[i] - before[i]) / total;
            error = Math.max(error, Math.abs(shares[i] - expected[i]));
            lag = Math.max(
                    lag, (double) groups.get(i).largestLead() / groups.get(i).largestBatch());
        }
        return new Result(load.name(), "shared", expected, shares, error, lag);
    }

    private static long[] service(BraidEngine<?> engine) {
        return engine.groups().stream().mapToLong(GroupStats::service).toArray();
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }

    /** Gives every group as much as it takes. */
    private static final class Publisher {
        private final List<Ingress<BenchRecord>> ingresses = new ArrayList<>();
        private final int subStreams;
        private final int[] next;

        Publisher(BraidEngine<BenchRecord> engine, FairnessCase load) {
            for (GroupStats group : engine.groups()) {
                ingresses.add(engine.ingress(group.name()));
            }
            this.subStreams = load.subStreams();
            this.next = new int[ingresses.size()];
        }

        void publishFor(long ns) {
            long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < ns) {
                fill();
            }
        }

        void fill() {
            for (int group = 0; group < next.length; group++) {
                Ingress<BenchRecord> ingress = ingresses.get(group);
                long sequence;
                while ((sequence = ingress.tryNext(1)) != Ingress.NO_CAPACITY) {
                    ingress.get(sequence).key = (long) group * subStreams + next[group]++ % subStreams;
                    ingress.publish(sequence);
                }
            }
        }
    }
}
