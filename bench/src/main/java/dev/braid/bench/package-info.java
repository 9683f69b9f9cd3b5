/**
 * Benchmarks, with a command for each question. {@code Bench} runs them, {@code Rounds} lets cases take turns, and {@code Fork} measures
 * in processes of their own. {@code dev.braid.bench.peer} has the pipelines and journals that are compared, and
 * {@code dev.braid.bench.report} makes a page of the results.
 */
package dev.braid.bench;
