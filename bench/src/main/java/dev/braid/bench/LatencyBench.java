package dev.braid.bench;

import dev.braid.bench.LatencyFork.Answer;
import dev.braid.bench.LatencyFork.Phase;
import dev.braid.bench.LatencyFork.Task;
import dev.braid.bench.peer.Candidate;
import dev.braid.bench.peer.Idle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Latencies at fixed rates, of Braid and of a bare Disruptor with the same threads. */
@Command(
        name = "latency",
        sortOptions = false,
        description = {
            "Latency from the moment at which a record was due to be published until its result has come out, at fixed "
                    + "rates: of Braid with 8 sub-streams, and of a bare Disruptor with one handler and the same idle strategy.",
            "",
            "no-pipeline is a publisher whose results are there at once, while another thread spins: it tells how long this "
                    + "machine stops a thread.",
            "",
            "One thread publishes, by the clock and whether or not the pipeline keeps up, one does the rest. The maximum is "
                    + "what Braid took in this set-up, where the time is taken twice for every record.",
            "",
            "A machine that stops threads for milliseconds decides the 99th percentile of a round alone. So each round is also "
                    + "looked at in thirty windows, and \"p99 of windows\" is the median of theirs: how quick a pipeline is "
                    + "while it runs. The other figures have all stalls in them.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 something could not be measured" + Bench.OTHER_STATUS})
final class LatencyBench extends Bench {
    /** Two threads and nothing between them: the latency that the machine has by itself. */
    private static final String NONE = "no-pipeline";

    private static final List<Candidate> CANDIDATES = List.of(Candidate.BRAID, Candidate.DISRUPTOR_1);
    private static final List<Idle> IDLES = List.of(Idle.BUSY_SPIN, Idle.BACK_OFF);
    private static final List<String> LOADS = List.of("10 k/s", "100 k/s", "50 % of max", "90 % of max");

    @Mixin
    private ForkOptions options;

    /** @param candidate or {@code null} for none, which is never idle. */
    private record Which(Candidate candidate, Idle idle) {
        private static final int SUB_STREAMS = 8;

        String name() {
            return candidate == null ? NONE : candidate.name(SUB_STREAMS);
        }

        static List<Which> all() {
            List<Which> all = new ArrayList<>(List.of(new Which(null, Idle.BUSY_SPIN)));
            IDLES.forEach(idle -> CANDIDATES.forEach(candidate -> all.add(new Which(candidate, idle))));
            return all;
        }
    }

    @Override
    int busyThreads() {
        return 2;
    }

    @Override
    ForkOptions forks() {
        return options;
    }

    @Override
    Findings measure(BenchSteps steps) throws InterruptedException {
        Fork fork = new Fork(LatencyFork.class, work, options.jvm());
        int rounds = options.rounds(quick);
        steps.expect(1 + rounds * Which.all().size());
        Task flood = task(new Which(Candidate.BRAID, Idle.BUSY_SPIN), new double[0]);
        Optional<Double> most =
                steps.run("the maximum", () -> fork.run(flood, Answer.class).highestPerSecond());
        if (most.isEmpty()) {
            return Findings.NONE; // The rates are parts of it.
        }
        double[] rates = {10_000, 100_000, most.get() / 2, most.get() * 9 / 10};
        return findings(new Rounds<Which, Phase[]>(
                        rounds, which -> which.name() + ", " + which.idle(), steps, which -> fork.run(
                                        task(which, rates), Answer.class)
                                .phases())
                .with(HandOver.of(options.length(quick)))
                .run(Which.all()));
    }

    private Task task(Which which, double[] rates) {
        return switch (options.length(quick)) {
            case FULL -> new Task(which.candidate(), which.idle(), rates, 4_000, 300, 3_000);
            case QUICK -> new Task(which.candidate(), which.idle(), rates, 2_000, 200, 1_000);
            case TINY -> new Task(which.candidate(), which.idle(), rates, 200, 20, 50);
        };
    }

    private static Findings findings(Rounds<Which, Phase[]> measured) {
        List<LatencyResult> results = new ArrayList<>();
        List<Ratio> ratios = new ArrayList<>();
        for (int i = 0; i < LOADS.size(); i++) {
            int load = i;
            for (Which which : measured.cases()) {
                List<Phase> phases =
                        measured.of(which).stream().map(all -> all[load]).toList();
                results.add(LatencyResult.of(
                        which.name(), which.idle(), LOADS.get(load), phases, measured.nsPerHop(which)));
            }
            for (Idle idle : IDLES) {
                String at = ", " + LOADS.get(load) + ", " + idle;
                compare("p50" + at, idle, phases -> new double[] {LatencyResult.latencyNs(50, phases[load])}, measured)
                        .ifPresent(ratios::add);
                compare("p99" + at, idle, phases -> new double[] {LatencyResult.latencyNs(99, phases[load])}, measured)
                        .ifPresent(ratios::add);
                compare("p99 of windows" + at, idle, phases -> LatencyResult.windowsNs(99, phases[load]), measured)
                        .ifPresent(ratios::add);
            }
        }
        return new Findings(results, ratios, List.of(LatencyResult.table(results)));
    }

    private static Optional<Ratio> compare(
            String name, Idle idle, Function<Phase[], double[]> figures, Rounds<Which, Phase[]> measured) {
        return Ratio.of(
                "braid-8/disruptor-1 " + name,
                measured.figures(new Which(Candidate.BRAID, idle), figures),
                measured.figures(new Which(Candidate.DISRUPTOR_1, idle), figures));
    }
}
