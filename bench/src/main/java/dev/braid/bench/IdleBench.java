package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What engines cost that have nothing to do, and how soon they are awake. */
@Command(
        name = "idle",
        sortOptions = false,
        description = {
            "Processor time of idle engines in one process, each with its journal of results, which forces them to"
                    + " disk, and an input journal; and then, after that idle time, how long it takes until a record that"
                    + " is published to one of them is handled, which is when it has been written to the input journal."
                    + " Beside each there is an engine without journals, and a thread that is parked: bare is how long it"
                    + " takes to be awake. All with the default idle strategy. 0 engines: what the JVM takes by itself.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 something could not be measured" + Bench.OTHER_STATUS})
final class IdleBench extends Bench {
    private static final double PERCENT = 100;

    @Mixin
    private ForkOptions options;

    @Option(names = "--engines", paramLabel = "N", description = "Only so many. May be given more than once.")
    private List<Integer> only = List.of();

    private record Extent(List<Integer> engines, IdleFork.Task times) {}

    private record Percentiles(long p50, long p99, long max) {
        static Percentiles of(long[] ns) {
            return new Percentiles(ns[0], ns[1], ns[2]);
        }
    }

    private record Result(
            @JsonProperty("case") String name,
            int engines,
            int threads,
            double idleSeconds,
            double percentOfACore,
            @JsonUnwrapped Times times) {}

    private record Times(
            int samples, Percentiles handledNs, Percentiles plainNs, Percentiles bareNs, Percentiles publishNs) {}

    @Override
    int busyThreads() {
        return 1;
    }

    @Override
    ForkOptions forks() {
        return options;
    }

    private Extent extent() {
        return switch (options.length(quick)) {
            case FULL -> new Extent(List.of(0, 1, 10, 100, 500), times(3_000, TimeUnit.MINUTES.toMillis(1), 500, 100));
            case QUICK -> new Extent(List.of(0, 1, 100), times(1_000, 3_000, 100, 30));
            case TINY -> new Extent(List.of(2), times(10, 50, 4, 10));
        };
    }

    private IdleFork.Task times(long settleMs, long idleMs, int samples, long pauseMs) {
        return new IdleFork.Task(work.toString(), 0, settleMs, idleMs, samples, pauseMs);
    }

    @Override
    Findings measure(BenchSteps steps) throws InterruptedException {
        Extent extent = extent();
        List<Integer> counts = only.isEmpty() ? extent.engines() : only;
        steps.expect(counts.size());
        Fork fork = new Fork(IdleFork.class, work, options.jvm());
        List<Result> results = new ArrayList<>();
        for (int engines : counts) {
            IdleFork.Task times = extent.times();
            IdleFork.Task task = new IdleFork.Task(
                    times.work(), engines, times.settleMs(), times.idleMs(), times.samples(), times.pauseMs());
            steps.run(engines + " engines", () -> fork.run(task, IdleFork.Answer.class))
                    .ifPresent(answer -> results.add(result(task, answer)));
        }
        return new Findings(results, List.of(), List.of(table(results)));
    }

    private static Result result(IdleFork.Task task, IdleFork.Answer answer) {
        return new Result(
                "idle-" + task.engines(),
                task.engines(),
                answer.threads(),
                task.idleMs() / 1_000.0,
                PERCENT * answer.cores(),
                new Times(
                        answer.samples(),
                        Percentiles.of(answer.handledNs()),
                        Percentiles.of(answer.plainNs()),
                        Percentiles.of(answer.bareNs()),
                        Percentiles.of(answer.publishNs())));
    }

    private static Table table(List<Result> results) {
        Table table = new Table(
                "engines",
                "threads",
                "idle s",
                "% of a core",
                "records",
                "handled p50",
                "p99",
                "no journals p50",
                "p99",
                "bare p50",
                "p99",
                "publish p50");
        for (Result result : results) {
            Times times = result.times();
            List<String> cells = new ArrayList<>(List.of(
                    Integer.toString(result.engines()),
                    Integer.toString(result.threads()),
                    Figures.decimals(result.idleSeconds(), 1),
                    Figures.decimals(result.percentOfACore(), 2),
                    Integer.toString(times.samples())));
            for (Percentiles each : List.of(times.handledNs(), times.plainNs(), times.bareNs())) {
                cells.add(times.samples() > 0 ? Figures.time(each.p50()) : "");
                cells.add(times.samples() > 0 ? Figures.time(each.p99()) : "");
            }
            cells.add(times.samples() > 0 ? Figures.time(times.publishNs().p50()) : "");
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }
}
