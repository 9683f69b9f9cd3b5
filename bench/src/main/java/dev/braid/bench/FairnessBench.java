package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.lmax.disruptor.EventHandler;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.CostModel;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.GroupStats;
import dev.braid.engine.HandlerGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.agrona.concurrent.BusySpinIdleStrategy;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures shares with real threads: some publish to all groups, each through its own ingress and as much as it takes, and
 * the engine serves them, with one thread or with workers. See {@link FairnessCase}.
 */
@Command(
        name = "fairness",
        sortOptions = false,
        description = {
            "Shares of saturated groups against what their weights promise, and workers and sub-streams allow.",
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
    private static final int MOST_IN_FLIGHT = 1 << 13;

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
    Findings measure(Progress progress) throws InterruptedException {
        List<FairnessCase> cases = FairnessCase.all().stream()
                .filter(load -> only == null || load.name().equals(only))
                .toList();
        if (cases.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--case '" + only + "': there is no such case");
        }
        progress.expect(cases.size());
        List<Result> results = new ArrayList<>();
        Table table = new Table("case", "threads", "share error", "lag over bound", "");
        for (FairnessCase load : cases) {
            progress.step(load.name());
            Result result = run(load);
            results.add(result);
            table.row(
                    load.name(),
                    load.threads(),
                    Figures.decimals(result.maxShareError(), 5),
                    Figures.decimals(result.lagOverBound(), 3),
                    result.holds() ? "" : "does not hold");
        }
        return new Findings(results, List.of(), List.of(table), results.stream().allMatch(Result::holds));
    }

    private Result run(FairnessCase load) throws InterruptedException {
        int groups = load.weights().length;
        EngineBuilder<BenchRecord> builder = load.threading(BraidEngine.builder(BenchRecord::new))
                .round(ROUND)
                .cost(load.costModel())
                .warningHandler(warning -> {}) // Some cases are about weights that cannot be kept.
                .partitioner(record -> (int) record.key);
        if (load.workers() == 0) {
            builder.idleStrategy(BusySpinIdleStrategy::new); // With workers there would be too few cores for that.
        }
        for (int i = 0; i < groups; i++) {
            EventHandler<BenchRecord> handler = load.handler(i);
            builder.group(
                    HandlerGroup.<BenchRecord>of("group " + i, load.weights()[i], load.subStreams(), id -> handler)
                            .inFlight(Math.max(4 * ROUND, MOST_IN_FLIGHT / groups)));
        }
        long minimumNs = TimeUnit.SECONDS.toNanos(quick ? 1 : 5);
        try (BraidEngine<BenchRecord> engine =
                        builder.closeTimeout(1, TimeUnit.MINUTES).start();
                Publishers publishers = new Publishers(engine, load)) {
            TimeUnit.NANOSECONDS.sleep(minimumNs / 10); // All have work before the first share is taken.
            long[] before = service(engine);
            TimeUnit.NANOSECONDS.sleep(minimumNs);
            while (!quick && load.costModel() == CostModel.RECORDS && sum(service(engine)) - sum(before) < RECORDS) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            publishers.check();
            return result(load, before, service(engine), engine.groups());
        }
    }

    private static Result result(FairnessCase load, long[] before, long[] after, List<GroupStats> groups) {
        double total = sum(after) - sum(before);
        double[] shares = new double[after.length];
        double[] expected = new double[after.length];
        double error = 0;
        double lag = 0;
        for (int i = 0; i < shares.length; i++) {
            GroupStats group = groups.get(i);
            shares[i] = (after[i] - before[i]) / total;
            expected[i] = group.dueShare();
            error = Math.max(error, Math.abs(shares[i] - expected[i]));
            lag = Math.max(lag, (double) group.largestLead() / group.largestBatch());
        }
        return new Result(load.name(), load.threads(), expected, shares, error, lag);
    }

    private static long[] service(BraidEngine<?> engine) {
        return engine.groups().stream().mapToLong(GroupStats::service).toArray();
    }

    private static long sum(long[] values) {
        return LongStream.of(values).sum();
    }
}
