package dev.braid.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.braid.bench.JournalFork.Answer;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The result for a journal: records per second appended or read, or milliseconds until it was open.
 *
 * @param part             append, read or open.
 * @param recordsPerSecond of the turns of all rounds, {@code null} for open.
 * @param appended         {@code null} except for append.
 * @param conditions       {@code null} for open.
 * @param milliseconds     {@code null} except for open.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record JournalResult(
        @JsonProperty("case") String name,
        String part,
        String description,
        RoundedSpread recordsPerSecond,
        @JsonUnwrapped Appended appended,
        @JsonUnwrapped Conditions conditions,
        Spread milliseconds) {
    private static final double NS_PER_SECOND = 1e9;

    /**
     * What else is told of appending.
     *
     * @param bytesPerRecord  allocated by all threads.
     * @param recordsPerForce {@code null} if nothing is forced.
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Appended(double bytesPerRecord, Long recordsPerForce) {}

    /**
     * What it depends on.
     *
     * @param payloadBytes of a record.
     * @param handOverNs   of a hop from core to core, before each round: see {@link HandOver}.
     */
    record Conditions(int payloadBytes, Spread handOverNs) {
        static Conditions of(JournalCase of, Rounds<JournalCase, Answer> answers) {
            return new Conditions(of.payloadBytes(), HandOver.spread(answers.nsPerHop(of)));
        }
    }

    static JournalResult appended(JournalCase of, Rounds<JournalCase, Answer> answers) {
        return new JournalResult(
                of.title(),
                "append",
                of.candidate().description(),
                whole(answers.figures(of, Answer::appendedPerSecond)),
                new Appended(
                        median(of, answers, Answer::bytesPerResult),
                        of.candidate().forces() ? Math.round(median(of, answers, Answer::resultsPerForce)) : null),
                Conditions.of(of, answers),
                null);
    }

    /** @param how it was read, for the description. */
    static JournalResult read(
            String suffix,
            String how,
            JournalCase of,
            Rounds<JournalCase, Answer> answers,
            Function<Answer, double[]> readPerSecond) {
        return new JournalResult(
                of.title() + suffix,
                "read",
                of.candidate().description() + how,
                whole(answers.figures(of, readPerSecond)),
                null,
                Conditions.of(of, answers),
                null);
    }

    static JournalResult opened(String name, Spread milliseconds) {
        return new JournalResult(name, "open", "until it can be written", null, null, null, milliseconds);
    }

    private static double median(JournalCase of, Rounds<JournalCase, Answer> answers, ToDoubleFunction<Answer> figure) {
        return Spread.of(answers.of(of).stream().mapToDouble(figure).toArray()).median();
    }

    private static RoundedSpread whole(List<double[]> rounds) {
        return RoundedSpread.of(Spread.of(Ratio.flat(rounds)));
    }

    static Table rates(List<JournalResult> results) {
        Table table =
                new Table("case", "M records/s", "min", "max", "ns/record", "B/record", "records/force", "ns/hop");
        for (JournalResult result : results) {
            RoundedSpread rate = result.recordsPerSecond;
            table.row(
                    result.name,
                    Figures.millions(rate.median()),
                    Figures.millions(rate.min()),
                    Figures.millions(rate.max()),
                    Figures.decimals(NS_PER_SECOND / rate.median(), 1),
                    result.appended == null ? "" : Figures.decimals(result.appended.bytesPerRecord, 3),
                    result.appended == null || result.appended.recordsPerForce == null
                            ? ""
                            : Figures.decimals(result.appended.recordsPerForce, 0),
                    Figures.decimals(result.conditions.handOverNs.median(), 0));
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
