package dev.braid.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a benchmark found.
 *
 * @param results one for each case: a record whose components are the fields of its JSON.
 * @param ratios  between cases.
 * @param tables  the same for people.
 * @param hold    whether what the benchmark checks holds; true where it checks nothing.
 */
record Findings(List<? extends Record> results, List<Ratio> ratios, List<Table> tables, boolean hold) {
    /** When nothing could be measured. */
    static final Findings NONE = new Findings(List.of(), List.of(), List.of(), true);

    /** All of this and all of another. */
    Findings and(Findings other) {
        return new Findings(
                concat(results, other.results),
                concat(ratios, other.ratios),
                concat(tables, other.tables),
                hold && other.hold);
    }

    private static <T> List<T> concat(List<? extends T> some, List<? extends T> others) {
        return Stream.<T>concat(some.stream(), others.stream()).toList();
    }
}
