package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.braid.bench.JmhRounds.Measured;
import dev.braid.bench.peer.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The result of a case: {@code {"case":"braid-8",…,"recordsPerSecond":{"min":…,"median":…,"max":…}, "bytesPerRecord":…}}.
 *
 * @param threads          that are busy, the publisher included.
 * @param recordsPerSecond of the iterations of all rounds.
 * @param phases           {@code "handOverNs":{"min":…,"median":…,"max":…},"turns":[{"handOverNs":…,"recordsPerSecond":…}]}.
 */
record ThroughputResult(
        @JsonProperty("case") String name,
        @JsonUnwrapped Measurand measurand,
        @JsonUnwrapped Shape shape,
        int threads,
        RoundedSpread recordsPerSecond,
        double bytesPerRecord,
        @JsonUnwrapped Phases phases) {
    /** The pipeline that was measured. */
    record Measurand(String candidate, String description, boolean journal) {}

    /**
     * The load.
     *
     * @param weights    of the groups.
     * @param claim      records that the publisher claims at a time.
     * @param handlingNs that handlers take for a record besides.
     */
    record Shape(int subStreams, String weights, int claim, int payloadBytes, long handlingNs) {}

    /**
     * How quick the machine was from core to core, and the case in each turn.
     *
     * @param handOverNs of a hop, before each turn: see {@link HandOver}.
     */
    record Phases(Spread handOverNs, List<Turn> turns) {}

    /** @param recordsPerSecond the median of its iterations. */
    record Turn(double handOverNs, long recordsPerSecond) {}

    private static final double NS_PER_SECOND = 1e9;
    private static final double BYTES_DIGITS = 1e3;

    static List<ThroughputResult> of(Rounds<ThroughputCase, Measured> measured) {
        return measured.cases().stream()
                .map(each -> of(each, measured.of(each), measured.nsPerHop(each)))
                .toList();
    }

    private static ThroughputResult of(ThroughputCase of, List<Measured> measured, double[] nsPerHop) {
        Candidate candidate = of.candidate();
        double bytes = Spread.of(
                        measured.stream().mapToDouble(Measured::bytesPerRecord).toArray())
                .median();
        return new ThroughputResult(
                of.name(),
                new Measurand(candidate.family(), candidate.description(), candidate.journals()),
                new Shape(
                        of.subStreams(),
                        of.skewed() ? "8:4:2:1" : "equal",
                        of.claim(),
                        of.payloadBytes(),
                        of.handlingNs()),
                candidate.threads(of.subStreams()),
                RoundedSpread.of(Spread.of(measured.stream()
                        .flatMapToDouble(each -> Arrays.stream(each.recordsPerSecond()))
                        .toArray())),
                Math.round(bytes * BYTES_DIGITS) / BYTES_DIGITS,
                new Phases(HandOver.spread(nsPerHop), turns(measured, nsPerHop)));
    }

    private static List<Turn> turns(List<Measured> measured, double[] nsPerHop) {
        List<Turn> turns = new ArrayList<>();
        for (Measured each : measured) {
            double rate = Spread.of(each.recordsPerSecond()).median();
            turns.add(new Turn(HandOver.rounded(nsPerHop[turns.size()]), Math.round(rate)));
        }
        return turns;
    }

    static Table table(List<ThroughputResult> results) {
        Table table = new Table("case", "M records/s", "min", "max", "ns/record", "B/record", "threads", "ns/hop");
        for (ThroughputResult result : results) {
            RoundedSpread rate = result.recordsPerSecond();
            table.row(
                    result.name(),
                    Figures.millions(rate.median()),
                    Figures.millions(rate.min()),
                    Figures.millions(rate.max()),
                    Figures.decimals(NS_PER_SECOND / rate.median(), 1),
                    Figures.decimals(result.bytesPerRecord(), 2),
                    Integer.toString(result.threads()),
                    Figures.decimals(result.phases().handOverNs().median(), 0));
        }
        return table;
    }
}
