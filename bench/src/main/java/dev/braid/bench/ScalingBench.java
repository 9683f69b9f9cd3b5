package dev.braid.bench;

import dev.braid.bench.JmhRounds.Measured;
import dev.braid.bench.peer.Candidate;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What more sub-streams, groups and workers cost, and what they bring. */
@Command(
        name = "scaling",
        sortOptions = false,
        description = {
            "sub-streams: records per second with up to 65,536 sub-streams, by JMH.",
            "workers: records per second of 1 to 8 workers whose handlers block for a millisecond.",
            "pick: what it takes to pick a group, for up to 4,096 groups and a million sub-streams. It is a difference between two "
                    + "measurements; where that is less than their noise, it says '< ' and what it is less than.",
            "simulated: shares over up to 64 workers, in simulated time: the real conductor, workers and merge, but handlers "
                    + "that take as long as they are said to. Groups have random weights and costs, and share time.",
            ""
        },
        footer = {"", "Exit status: 0 done, 1 something could not be measured" + Bench.OTHER_STATUS})
final class ScalingBench extends Bench {
    private static final int FEW = 8;
    private static final int MANY = 1 << 16;
    private static final int MILLION = 1 << 20;

    @Mixin
    private ForkOptions options;

    @Override
    int busyThreads() {
        return 2;
    }

    /** How much there is of each part. */
    private record Extent(
            List<Integer> subStreams, BlockingWorkers workers, PickCosts picks, SimulatedShares simulated) {
        int steps(int rounds) {
            return rounds * subStreams.size() + workers.steps(rounds) + picks.steps(rounds) + simulated.steps();
        }
    }

    private Extent extent() {
        return switch (options.length(quick)) {
            case FULL ->
                new Extent(
                        List.of(1, FEW, 64, 512, 4096, 16_384, MANY),
                        new BlockingWorkers(List.of(1, 2, 3, 4, 5, 6, 7, 8), 2_000),
                        new PickCosts(List.of(8, 64, 512, 4096), MILLION, 400),
                        new SimulatedShares(List.of(1, 2, 4, 8, 16, 32, 64), MILLION, 1_000_000));
            case QUICK ->
                new Extent(
                        List.of(FEW, 4096, MANY),
                        new BlockingWorkers(List.of(1, 2, 4, 8), 800),
                        new PickCosts(List.of(8, 4096), MILLION, 200),
                        new SimulatedShares(List.of(1, 8, 64), MILLION, 500_000));
            case TINY ->
                new Extent(
                        List.of(FEW),
                        new BlockingWorkers(List.of(1, 2), 50),
                        new PickCosts(List.of(8), 1 << 12, 10),
                        new SimulatedShares(List.of(2), 1 << 12, 20_000));
        };
    }

    @Override
    ForkOptions forks() {
        return options;
    }

    @Override
    Findings measure(BenchSteps steps) throws InterruptedException {
        int rounds = options.rounds(quick);
        Extent extent = extent();
        steps.expect(extent.steps(rounds));
        return subStreams(extent.subStreams(), steps)
                .and(extent.workers().measure(rounds, steps))
                .and(extent.picks().measure(rounds, steps))
                .and(extent.simulated().measure(steps));
    }

    private Findings subStreams(List<Integer> counts, BenchSteps steps) throws InterruptedException {
        Rounds<ThroughputCase, Measured> measured = options.jmh(quick, work)
                .run(
                        counts.stream()
                                .map(count -> ThroughputCase.of(Candidate.BRAID, count))
                                .toList(),
                        steps);
        List<ThroughputResult> results = ThroughputResult.of(measured);
        return new Findings(
                results,
                Ratio.of(List.of("braid-65536/braid-8"), measured.figures(Measured::recordsPerSecond)),
                List.of(ThroughputResult.table(results)));
    }
}
