package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.braid.bench.LatencyFork.Phase;
import dev.braid.bench.peer.Idle;
import java.util.Arrays;
import java.util.List;

/**
 * Latencies at a rate: {@code {"case":"braid-8",…,"ratePerSecond":…,"latencyNs":{"p50":…,…,"max":…},…}}. Each is the median over
 * all rounds, except that the largest is the largest of all rounds.
 *
 * @param idle       the idle strategy.
 * @param handOverNs of a hop from core to core, before each round: see {@link HandOver}.
 */
record LatencyResult(
        @JsonProperty("case") String name,
        String idle,
        @JsonUnwrapped Load load,
        LatencyNs latencyNs,
        @JsonUnwrapped Spreads spreads,
        @JsonUnwrapped Curve curve,
        Spread handOverNs) {
    /** @param load the rate in words. */
    record Load(String load, double ratePerSecond, double achievedPerSecond) {}

    /**
     * Spreads over the rounds.
     *
     * @param windowP99Ns of the median in each round, over the records of a thirtieth of a round.
     */
    record Spreads(RoundedSpread p50Ns, RoundedSpread p99Ns, RoundedSpread windowP99Ns) {}

    /** The whole distribution. */
    record Curve(double[] percentiles, long[] latenciesNs) {}

    /** The usual percentiles. */
    record LatencyNs(long p50, long p90, long p99, long p999, long max) {}

    /**
     * Returns the result at a load.
     *
     * @param phases   of the rounds.
     * @param nsPerHop before each of them.
     */
    static LatencyResult of(String name, Idle idle, String load, List<Phase> phases, double[] nsPerHop) {
        double[] percentiles = LatencyFork.PERCENTILES;
        int most = percentiles.length - 1;
        long[] latencies = new long[percentiles.length];
        for (int i = 0; i <= most; i++) {
            latencies[i] = Math.round(Spread.of(at(i, phases)).median());
        }
        latencies[most] = Math.round(Spread.of(at(most, phases)).max());
        return new LatencyResult(
                name,
                idle.toString(),
                load(load, phases),
                new LatencyNs(
                        latencies[indexOf(50)],
                        latencies[indexOf(90)],
                        latencies[indexOf(99)],
                        latencies[indexOf(99.9)],
                        latencies[most]),
                spreads(phases),
                new Curve(percentiles, latencies),
                HandOver.spread(nsPerHop));
    }

    private static Load load(String load, List<Phase> phases) {
        double[] achieved =
                phases.stream().mapToDouble(Phase::achievedPerSecond).toArray();
        return new Load(
                load,
                Math.round(phases.get(0).ratePerSecond()),
                Math.round(Spread.of(achieved).median()));
    }

    private static Spreads spreads(List<Phase> phases) {
        double[] windows = phases.stream()
                .mapToDouble(phase -> Spread.of(windowsNs(99, phase)).median())
                .toArray();
        return new Spreads(
                RoundedSpread.of(Spread.of(at(indexOf(50), phases))),
                RoundedSpread.of(Spread.of(at(indexOf(99), phases))),
                RoundedSpread.of(Spread.of(windows)));
    }

    static long latencyNs(double percentile, Phase phase) {
        return phase.latenciesNs()[indexOf(percentile)];
    }

    /** The percentile of each window by itself. */
    static double[] windowsNs(double percentile, Phase phase) {
        return Arrays.stream(phase.windowsNs())
                .mapToDouble(window -> window[indexOf(percentile)])
                .toArray();
    }

    private static double[] at(int index, List<Phase> phases) {
        return phases.stream().mapToDouble(phase -> phase.latenciesNs()[index]).toArray();
    }

    private static int indexOf(double percentile) {
        return Arrays.binarySearch(LatencyFork.PERCENTILES, percentile);
    }

    static Table table(List<LatencyResult> results) {
        Table table = new Table(
                "case", "idle", "load", "rate /s", "p50", "p90", "p99 of windows", "p99", "p99.9", "max", "ns/hop");
        for (LatencyResult result : results) {
            LatencyNs latency = result.latencyNs();
            table.row(
                    result.name(),
                    result.idle(),
                    result.load().load(),
                    Figures.decimals(result.load().ratePerSecond(), 0),
                    Figures.time(latency.p50()),
                    Figures.time(latency.p90()),
                    Figures.time(result.spreads().windowP99Ns().median()),
                    Figures.time(latency.p99()),
                    Figures.time(latency.p999()),
                    Figures.time(latency.max()),
                    Figures.decimals(result.handOverNs().median(), 0));
        }
        return table;
    }
}
