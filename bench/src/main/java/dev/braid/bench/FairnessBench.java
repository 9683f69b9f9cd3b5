package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.lmax.disruptor.EventHandler;
import dev.braid.bench.peer.BenchRecord;
import dev.braid.engine.BraidEngine;
import dev.braid.engine.CostModel;
import dev.braid.engine.EngineBuilder;
import dev.braid.engine.GroupStats;
import dev.braid.engine.HandlerGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.agrona.concurrent.BusySpinIdleStrategy;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures shares with real threads: some publish to all groups, each through its own ingress and as much as it takes, and
 * the engine serves them, with one thread or with workers. See {@link FairnessCase}.
 * <p>
 * Shares are promised to groups that have work. Whether all had, all the time, is measured too, by the engine's own count of
 * what was served while a group was backlogged: where publishers could not keep up, say because something else is running,
 * a share says nothing of the engine, and the case is tried once more.
 */
@Command(
        name = "fairness",
        sortOptions = false,
        description = {
            "Shares of saturated groups against what their weights promise, and workers and sub-streams allow.",
            "",
            "A case holds if no share is off by more than 0.01, and no group was ever further ahead of its due than the bound: its "
                    + "largest batch; with n workers, 3 n + 1 times the largest of all groups' batches for their weights.",
            "",
            "Not judged: a group was without work for more than half a per cent of the service, twice, because its publisher "
                    + "did not keep up. Then the shares are no test of the engine, and the case is neither held nor missed.",
            "",
            "Merged in WEIGHTED order only: in SEQUENCE order a result waits for all older ones, so that saturated groups "
                    + "wait for each other, and their shares follow what was published.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 nothing was missed, 1 something was, or could not be measured" + Bench.OTHER_STATUS
        })
final class FairnessBench extends Bench {
    private static final double MAX_SHARE_ERROR = 0.01;
    private static final double MAX_LAG_OVER_BOUND = 1;
    /** For groups without a bound of their own: so large that their publisher can be away for a while. */
    private static final int IN_FLIGHT = 1 << 18;
    /** Of the service: what is missing to a share then is less than what it may be off. */
    private static final double MAX_WITHOUT_WORK = 0.005;

    private static final int RECORDS = 100_000;
    private static final int ROUND = 128;
    private static final int MIN_IN_FLIGHT = 4 * ROUND;
    private static final long MAX_FILLING_MS = 10_000;
    private static final int PER_CENT = 100;

    @Option(names = "--case", paramLabel = "NAME", description = "Only the case of this name.")
    private String only;

    /**
     * @param shares      by group, of what was served.
     * @param withoutWork by group, the part of what was served that was served while the group had no work.
     */
    private record Result(
            @JsonProperty("case") String name,
            String threads,
            double[] expected,
            double[] shares,
            double[] withoutWork,
            double maxShareError,
            double lagOverBound,
            boolean saturated) {
        boolean holds() {
            return lagOverBound <= MAX_LAG_OVER_BOUND && (!saturated || maxShareError <= MAX_SHARE_ERROR);
        }

        Verdict verdict() {
            String found = "shares off by " + Figures.decimals(maxShareError, 5) + " (at most " + MAX_SHARE_ERROR
                    + "), leads " + Figures.decimals(lagOverBound, 3) + " of their bound";
            return saturated || !holds() ? Verdict.of(name, holds(), found) : Verdict.notJudged(name, why());
        }

        private String why() {
            int most = 0;
            for (int i = 1; i < withoutWork.length; i++) {
                most = withoutWork[i] > withoutWork[most] ? i : most;
            }
            return "machine busy: group " + most + " was without work for "
                    + Figures.decimals(PER_CENT * withoutWork[most], 1) + " % of the service";
        }
    }

    /** What the engine had done at some moment. */
    private record Served(long[] byGroup, double[] whileBacklogged) {
        static Served by(BraidEngine<?> engine) {
            List<GroupStats> groups = engine.stats().groups();
            long[] byGroup = groups.stream().mapToLong(GroupStats::service).toArray();
            double total = LongStream.of(byGroup).sum();
            double[] whileBacklogged = new double[byGroup.length];
            for (int i = 0; i < byGroup.length; i++) { // A share is of just that.
                double share = groups.get(i).share();
                whileBacklogged[i] = share > 0 ? byGroup[i] / share : total;
            }
            return new Served(byGroup, whileBacklogged);
        }

        long total() {
            return LongStream.of(byGroup).sum();
        }
    }

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    Findings measure(BenchSteps steps) throws InterruptedException {
        List<FairnessCase> cases = FairnessCase.all().stream()
                .filter(load -> only == null || load.name().equals(only))
                .toList();
        if (cases.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--case '" + only + "': there is no such case, but "
                            + FairnessCase.all().stream()
                                    .map(FairnessCase::name)
                                    .toList());
        }
        steps.expect(cases.size());
        Rounds<FairnessCase, Result> measured =
                new Rounds<>(1, FairnessCase::name, steps, this::runSaturated).run(cases);
        List<Result> results =
                measured.cases().stream().map(load -> measured.of(load).get(0)).toList();
        Table table = new Table("case", "threads", "share error", "lag over bound");
        for (Result result : results) {
            table.row(
                    result.name(),
                    result.threads(),
                    Figures.decimals(result.maxShareError(), 5),
                    Figures.decimals(result.lagOverBound(), 3));
        }
        return new Findings(
                results,
                List.of(),
                List.of(table),
                results.stream().map(Result::verdict).toList());
    }

    private Result runSaturated(FairnessCase load) throws InterruptedException {
        Result result = run(load);
        return result.saturated() ? result : run(load);
    }

    private static EngineBuilder<BenchRecord> builder(FairnessCase load, List<ClosedLoop> loops) {
        EngineBuilder<BenchRecord> builder = load.threading(BraidEngine.builder(BenchRecord::new))
                .round(ROUND)
                .inFlight(IN_FLIGHT)
                .costModel(load.costModel())
                .onWarning(warning -> {}) // Some cases are about weights that cannot be kept.
                .partitioner(record -> (int) record.key);
        if (load.workers() == 0) {
            builder.idleStrategy(
                    role -> new BusySpinIdleStrategy()); // With workers there would be too few cores for that.
        }
        for (int i = 0; i < load.weights().length; i++) {
            EventHandler<BenchRecord> handler = load.isLoop(i) ? loops.get(i) : load.handler(i);
            HandlerGroup<BenchRecord> group = HandlerGroup.named("group " + i)
                    .weight(load.builtWith()[i])
                    .<BenchRecord>subStreams(load.subStreams(), id -> handler)
                    .ownIngress();
            builder.group(
                    load.isWeightChanged(i) ? group : group.inFlight(Math.max(MIN_IN_FLIGHT, load.recordsAhead(i))));
        }
        return builder;
    }

    private Result run(FairnessCase load) throws InterruptedException {
        long minimumNs = TimeUnit.SECONDS.toNanos(quick ? 1 : 5);
        List<ClosedLoop> loops = IntStream.range(0, load.supply().loops())
                .mapToObj(group -> new ClosedLoop(load.handler(group)))
                .toList();
        try (BraidEngine<BenchRecord> engine =
                        builder(load, loops).closeTimeout(Duration.ofMinutes(1)).start();
                Publishers publishers = new Publishers(engine, load, loops)) {
            for (int i = 0; i < load.weights().length; i++) {
                if (load.isWeightChanged(i)) {
                    engine.setWeight("group " + i, load.weights()[i]);
                }
            }
            awaitBacklogs(engine, load);
            TimeUnit.NANOSECONDS.sleep(minimumNs / 10);
            Served before = Served.by(engine);
            TimeUnit.NANOSECONDS.sleep(minimumNs);
            while (!quick
                    && load.costModel() == CostModel.RECORDS
                    && Served.by(engine).total() - before.total() < RECORDS) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            publishers.check();
            return result(load, before, Served.by(engine), engine.stats().groups());
        }
    }

    /** All have work before the first share is taken. If they never do, it is measured that they had none. */
    private static void awaitBacklogs(BraidEngine<?> engine, FairnessCase load) throws InterruptedException {
        for (int ms = 0; ms < MAX_FILLING_MS; ms++) {
            if (engine.stats().groups().stream()
                    .skip(load.supply().loops())
                    .allMatch(group -> group.backlog() >= group.inFlightBound() / 2)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static Result result(FairnessCase load, Served before, Served after, List<GroupStats> groups) {
        double total = after.total() - before.total();
        int count = groups.size();
        double[] shares = new double[count];
        double[] expected = new double[count];
        double[] withoutWork = new double[count];
        double error = 0;
        double lag = 0;
        boolean saturated = true;
        for (int i = 0; i < count; i++) {
            GroupStats group = groups.get(i);
            shares[i] = (after.byGroup()[i] - before.byGroup()[i]) / total;
            expected[i] = group.dueShare();
            withoutWork[i] = Math.max(0, 1 - (after.whileBacklogged()[i] - before.whileBacklogged()[i]) / total);
            saturated &= load.isLoop(i) || withoutWork[i] <= MAX_WITHOUT_WORK;
            error = Math.max(error, Math.abs(shares[i] - expected[i]));
            lag = Math.max(lag, group.largestLead() / leadBound(load, groups, i));
        }
        return new Result(load.name(), load.threads(), expected, shares, withoutWork, error, lag, saturated);
    }

    /** See {@link GroupStats#largestLead()}. */
    private static double leadBound(FairnessCase load, List<GroupStats> groups, int group) {
        if (load.workers() == 0) {
            return groups.get(group).largestBatch();
        }
        double step = groups.stream()
                .mapToDouble(any -> (double) any.largestBatch() / any.weight())
                .max()
                .orElseThrow();
        return (3 * load.workers() + 1) * step * groups.get(group).weight();
    }
}
