package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.braid.bench.IsolationRun.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Measures what a flood of bronze does to the latency of gold, with real threads: one publishes gold, at a steady pace or one
 * record at a time, and in between as much bronze as bronze's ingresses take; the engine's thread serves both. A gold record's
 * latency counts from the moment at which it was due to be published, so that no stall is left out. Alone and flooded take
 * turns, and the median counts of the percentiles of all turns: on a shared machine a turn may be stopped for longer than Braid
 * ever would.
 */
@Command(
        name = "isolation",
        sortOptions = false,
        description = {
            "Latency of gold alone, and while bronze (weight 1) floods the engine: gold of weight 9 beside one group of bronze, "
                    + "and of weight 64 beside 16, 64 and 256, at a steady load, or with one record in flight at a time.",
            "",
            "ratio: (p99 flooded - what bronze may cost) / p99 alone; it has to be 3 at the most, and no gold record refused. "
                    + "Bronze may cost one batch beside one group, and two beside many, of which there is nearly always "
                    + "one under way when gold comes. A bronze batch is what its records cost: 16 records divided by the number "
                    + "of bronze groups, at least one record, of 1 us (100 us where it is slower) beside one group, and of 10 us "
                    + "beside many. The percentiles are medians of " + IsolationBench.SLICES + " turns.",
            "",
            Bench.BUSY,
            ""
        },
        footer = {
            "",
            "Exit status: 0 nothing was missed, 1 something was, or could not be measured" + Bench.OTHER_STATUS
        })
final class IsolationBench extends Bench {
    static final int SLICES = 7;
    private static final double MOST_RATIO = 3;
    private static final long QUICK_MS = 300;
    private static final long FULL_MS = 2_000;

    @Option(names = "--case", paramLabel = "NAME", description = "Only the case of this name.")
    private String only;

    private record Turn(Latency alone, Latency flooded) {}

    private record Result(
            @JsonProperty("case") String name,
            int bronzeGroups,
            long p99AloneNs,
            long p99FloodedNs,
            long bronzeBatchNs,
            int mostBatches,
            double ratio,
            long refused) {
        Verdict verdict() {
            return Verdict.ofTimes(
                    name,
                    ratio <= MOST_RATIO && refused == 0,
                    "ratio " + Figures.decimals(ratio, 2) + " (at most " + Figures.decimals(MOST_RATIO, 0) + "), "
                            + refused + " of gold refused");
        }
    }

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    Findings measure(BenchSteps steps) throws InterruptedException {
        List<IsolationCase> cases = cases();
        steps.expect(1 + SLICES * cases.size());
        steps.run("warm-up", () -> new IsolationRun(cases.get(0)).run(true, durationNs())); // Compiles everything.
        Rounds<IsolationCase, Turn> measured =
                new Rounds<>(SLICES, IsolationCase::name, steps, this::measure).run(cases);
        List<Result> results = measured.cases().stream()
                .map(load -> result(load, measured.of(load)))
                .toList();
        Table table = new Table("case", "p99 alone us", "p99 flooded us", "bronze batch us", "ratio", "refused");
        for (Result result : results) {
            table.row(
                    result.name(),
                    Figures.micros(result.p99AloneNs()),
                    Figures.micros(result.p99FloodedNs()),
                    Figures.micros(result.bronzeBatchNs()),
                    Figures.decimals(result.ratio(), 2),
                    Long.toString(result.refused()));
        }
        List<Ratio> ratios = new ArrayList<>();
        for (IsolationCase load : measured.cases()) {
            Ratio.of(
                            "(flooded - batches)/alone p99, " + load.name(),
                            measured.figures(load, turn -> new double[] {
                                load.unexplainedNs(turn.flooded().p99Ns())
                            }),
                            measured.figures(
                                    load, turn -> new double[] {turn.alone().p99Ns()}))
                    .ifPresent(ratios::add);
        }
        return new Findings(
                results,
                ratios,
                List.of(table),
                results.stream().map(Result::verdict).toList());
    }

    private List<IsolationCase> cases() {
        List<IsolationCase> all = IsolationCase.all();
        List<IsolationCase> cases = all.stream()
                .filter(load -> only == null || load.name().equals(only))
                .toList();
        if (cases.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--case '" + only + "': there is no such case, but "
                            + String.join(
                                    ", ",
                                    all.stream()
                                            .map(load -> "'" + load.name() + "'")
                                            .toList()));
        }
        return cases;
    }

    private long durationNs() {
        return TimeUnit.MILLISECONDS.toNanos(quick ? QUICK_MS : FULL_MS);
    }

    private Turn measure(IsolationCase load) {
        return new Turn(
                new IsolationRun(load).run(false, durationNs()), new IsolationRun(load).run(true, durationNs()));
    }

    private static Result result(IsolationCase load, List<Turn> turns) {
        long p99AloneNs = median(turns, turn -> turn.alone().p99Ns());
        long p99FloodedNs = median(turns, turn -> turn.flooded().p99Ns());
        double ratio =
                (double) median(turns, turn -> load.unexplainedNs(turn.flooded().p99Ns())) / p99AloneNs;
        long refused = turns.stream()
                .mapToLong(turn -> turn.alone().refused() + turn.flooded().refused())
                .sum();
        return new Result(
                load.name(),
                load.bronzeGroups(),
                p99AloneNs,
                p99FloodedNs,
                load.bronzeBatchNs(),
                load.mostBatches(),
                ratio,
                refused);
    }

    private static long median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Math.round(
                Spread.of(turns.stream().mapToDouble(figure).toArray()).median());
    }
}
