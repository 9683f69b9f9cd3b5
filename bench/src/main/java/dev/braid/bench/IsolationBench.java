package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.braid.bench.GoldLog.Latency;
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
 * latency counts from the moment at which it was due to be published. Alone and flooded take turns, and the median counts of
 * the percentiles of all turns.
 * <p>
 * A machine that stops threads makes a group wait for more than the engine does. Both threads spin, and note when they had no
 * processor: records that a stall had to do with say nothing of the engine, and are not judged; see {@link IsolationRun}.
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
            "judged: the part of gold's records that no stall of the machine had to do with. Both threads spin, and see when they "
                    + "had no processor for 20 us and more; from then on, until gold has nothing waiting again, no record "
                    + "counts. Where that leaves too few, in too many turns, the case is not judged: it neither holds nor "
                    + "fails.",
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
    private static final double MAX_RATIO = 3;
    private static final int MIN_JUDGED_TURNS = 3;
    private static final int PER_CENT = 100;
    private static final long QUICK_MS = 300;
    private static final long FULL_MS = 2_000;

    @Option(names = "--case", paramLabel = "NAME", description = "Only the case of this name.")
    private String only;

    private final GoldLog log = new GoldLog();

    private record Turn(Latency alone, Latency flooded) {
        boolean isJudged() {
            return alone.isJudged() && flooded.isJudged();
        }

        double judged() {
            return Math.min(alone.judged(), flooded.judged());
        }
    }

    private record Which(@JsonProperty("case") String name, int bronzeGroups, long bronzeBatchNs, int mostBatches) {}

    /**
     * @param judged      the part of the records that was judged.
     * @param judgedTurns how many turns had enough of them; the percentiles are of these.
     */
    private record Result(
            @JsonUnwrapped Which which,
            long p99AloneNs,
            long p99FloodedNs,
            double ratio,
            long refused,
            double judged,
            int judgedTurns) {
        Verdict verdict() {
            String found = "ratio " + Figures.decimals(ratio, 2) + " (at most " + Figures.decimals(MAX_RATIO, 0) + "), "
                    + refused + " of gold refused";
            if (refused == 0 && judgedTurns < MIN_JUDGED_TURNS) {
                return Verdict.notJudged(
                        which.name(),
                        "the machine stopped a thread too often: " + judgedTurns + " of " + SLICES
                                + " turns had enough left; " + found);
            }
            return Verdict.ofTimes(which.name(), ratio <= MAX_RATIO && refused == 0, found);
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
        steps.run("warm-up", () -> warmUp(cases));
        Rounds<IsolationCase, Turn> measured =
                new Rounds<>(SLICES, IsolationCase::name, steps, this::measure).run(cases);
        List<Result> results = measured.cases().stream()
                .map(load -> result(load, measured.of(load)))
                .toList();
        Table table =
                new Table("case", "p99 alone us", "p99 flooded us", "bronze batch us", "ratio", "judged %", "refused");
        for (Result result : results) {
            table.row(
                    result.which().name(),
                    Figures.micros(result.p99AloneNs()),
                    Figures.micros(result.p99FloodedNs()),
                    Figures.micros(result.which().bronzeBatchNs()),
                    Figures.decimals(result.ratio(), 2),
                    Figures.decimals(PER_CENT * result.judged(), 0),
                    Long.toString(result.refused()));
        }
        List<Ratio> ratios = new ArrayList<>();
        for (IsolationCase load : measured.cases()) {
            Ratio.of(
                            "(flooded - batches)/alone p99, " + load.name(),
                            measured.figures(
                                    load,
                                    turn -> figure(
                                            turn,
                                            load.unexplainedNs(turn.flooded().p99Ns()))),
                            measured.figures(
                                    load, turn -> figure(turn, turn.alone().p99Ns())))
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

    /** Compiles everything: a compiler that runs meanwhile takes a processor from the threads that are measured. */
    private boolean warmUp(List<IsolationCase> cases) {
        cases.forEach(this::measure);
        return true;
    }

    private Turn measure(IsolationCase load) {
        return new Turn(
                new IsolationRun(load, log).run(false, durationNs()),
                new IsolationRun(load, log).run(true, durationNs()));
    }

    private static double[] figure(Turn turn, double figure) {
        return turn.isJudged() ? new double[] {figure} : new double[0];
    }

    private static Result result(IsolationCase load, List<Turn> turns) {
        List<Turn> judged = turns.stream().filter(Turn::isJudged).toList();
        long p99AloneNs = median(judged, turn -> turn.alone().p99Ns());
        double ratio = (double)
                        median(judged, turn -> load.unexplainedNs(turn.flooded().p99Ns()))
                / Math.max(1, p99AloneNs);
        return new Result(
                new Which(load.name(), load.bronzeGroups(), load.bronzeBatchNs(), load.mostBatches()),
                p99AloneNs,
                median(judged, turn -> turn.flooded().p99Ns()),
                ratio,
                turns.stream()
                        .mapToLong(
                                turn -> turn.alone().refused() + turn.flooded().refused())
                        .sum(),
                turns.stream().mapToDouble(Turn::judged).average().orElse(0),
                judged.size());
    }

    /** 0 if there are no turns. */
    private static long median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return turns.isEmpty()
                ? 0
                : Math.round(
                        Spread.of(turns.stream().mapToDouble(figure).toArray()).median());
    }
}
