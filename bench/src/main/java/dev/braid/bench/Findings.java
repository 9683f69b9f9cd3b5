package dev.braid.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a benchmark found.
 *
 * @param results  one for each case: a record whose components are the fields of its JSON.
 * @param ratios   between cases.
 * @param tables   the same for people.
 * @param verdicts of what is promised; none where nothing is.
 */
record Findings(List<? extends Record> results, List<Ratio> ratios, List<Table> tables, List<Verdict> verdicts) {
    /** When nothing could be measured. */
    static final Findings NONE = new Findings(List.of(), List.of(), List.of());

    Findings(List<? extends Record> results, List<Ratio> ratios, List<Table> tables) {
        this(results, ratios, tables, List.of());
    }

    /** All of this and all of another. */
    Findings and(Findings other) {
        return new Findings(
                concat(results, other.results),
                concat(ratios, other.ratios),
                concat(tables, other.tables),
                concat(verdicts, other.verdicts));
    }

    /** None was missed. */
    boolean hold() {
        return verdicts.stream().noneMatch(verdict -> verdict.outcome() == Verdict.Outcome.MISSED);
    }

    /** What a busy machine may be the reason of is not judged. */
    Findings onBusyMachine(String how) {
        return new Findings(
                results,
                ratios,
                tables,
                verdicts.stream().map(verdict -> verdict.onBusyMachine(how)).toList());
    }

    private static <T> List<T> concat(List<? extends T> some, List<? extends T> others) {
        return Stream.<T>concat(some.stream(), others.stream()).toList();
    }
}
