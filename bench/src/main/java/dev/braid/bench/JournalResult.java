package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The result for a journal: records per second appended or read, or milliseconds until it was open.
 *
 * @param part             append, read or open.
 * @param recordsPerSecond of the turns of all rounds, {@code null} for open.
 * @param bytesPerRecord   allocated by all threads, {@code null} except for append.
 * @param recordsPerForce  {@code null} if nothing is forced.
 * @param milliseconds     {@code null} except for open.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record JournalResult(
        @JsonProperty("case") String name,
        String part,
        String description,
        RoundedSpread recordsPerSecond,
        Double bytesPerRecord,
        Long recordsPerForce,
        Spread milliseconds) {
    private static final double NS_PER_SECOND = 1e9;

    static Table rates(List<JournalResult> results) {
        Table table = new Table("case", "M records/s", "min", "max", "ns/record", "B/record", "records/force");
        for (JournalResult result : results) {
            RoundedSpread rate = result.recordsPerSecond;
            table.row(
                    result.name,
                    Figures.millions(rate.median()),
                    Figures.millions(rate.min()),
                    Figures.millions(rate.max()),
                    Figures.decimals(NS_PER_SECOND / rate.median(), 1),
                    result.bytesPerRecord == null ? "" : Figures.decimals(result.bytesPerRecord, 3),
                    result.recordsPerForce == null ? "" : Figures.decimals(result.recordsPerForce, 0));
        }
        return table;
    }

    static Table openings(List<JournalResult> results) {
        Table table = new Table("case", "ms until open", "min", "max");
        for (JournalResult result : results) {
            table.row(
                    result.name,
                    Figures.decimals(result.milliseconds.median(), 1),
                    Figures.decimals(result.milliseconds.min(), 1),
                    Figures.decimals(result.milliseconds.max(), 1));
        }
        return table;
    }
}
