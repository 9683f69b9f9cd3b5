package dev.braid.bench;

import java.util.List;

/**
 * What a benchmark found.
 *
 * @param results one for each case: a record whose components are the fields of its JSON.
 * @param ratios  between cases.
 * @param tables  the same for people.
 * @param hold    whether what the benchmark checks holds; true where it checks nothing.
 */
record Findings(List<? extends Record> results, List<Ratio> ratios, List<Table> tables, boolean hold) {}
