package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.braid.bench.JmhRounds.Measured;
import dev.braid.bench.peer.Candidate;
import java.util.Arrays;
import java.util.List;

/**
 * What was measured of a case: {@code {"case":"braid-8",…,"recordsPerSecond":{"min":…,"median":…,"max":…},
 * "bytesPerRecord":…}}.
 *
 * @param weights          of the groups.
 * @param threads          that are busy, the publisher included.
 * @param recordsPerSecond of the iterations of all rounds.
 */
record ThroughputResult(
        @JsonProperty("case") String name,
        String candidate,
        String description,
        int subStreams,
        String weights,
        int claim,
        int payloadBytes,
        boolean journal,
        int threads,
        RoundedSpread recordsPerSecond,
        double bytesPerRecord) {
    private static final double NS_PER_SECOND = 1e9;
    private static final double BYTES_DIGITS = 1e3;

    static List<ThroughputResult> of(Rounds<ThroughputCase, Measured> measured) {
        return measured.cases().stream()
                .map(each -> of(each, measured.of(each)))
                .toList();
    }

    private static ThroughputResult of(ThroughputCase of, List<Measured> measured) {
        Candidate candidate = of.candidate();
        double bytes = Spread.of(
                        measured.stream().mapToDouble(Measured::bytesPerRecord).toArray())
                .median();
        return new ThroughputResult(
                of.name(),
                candidate.family(),
                candidate.description(),
                of.subStreams(),
                of.skewed() ? "8:4:2:1" : "equal",
                of.claim(),
                of.payloadBytes(),
                candidate.journals(),
                candidate.threads(of.subStreams()),
                RoundedSpread.of(Spread.of(measured.stream()
                        .flatMapToDouble(each -> Arrays.stream(each.recordsPerSecond()))
                        .toArray())),
                Math.round(bytes * BYTES_DIGITS) / BYTES_DIGITS);
    }

    static Table table(List<ThroughputResult> results) {
        Table table = new Table("case", "M records/s", "min", "max", "ns/record", "B/record", "threads");
        for (ThroughputResult result : results) {
            RoundedSpread rate = result.recordsPerSecond();
            table.row(
                    result.name(),
                    Figures.millions(rate.median()),
                    Figures.millions(rate.min()),
                    Figures.millions(rate.max()),
                    Figures.decimals(NS_PER_SECOND / rate.median(), 1),
                    Figures.decimals(result.bytesPerRecord(), 2),
                    Integer.toString(result.threads()));
        }
        return table;
    }
}
