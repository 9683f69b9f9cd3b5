/** Benchmarks: a command for each question. {@code Bench} runs them, {@code Rounds} lets cases take turns, and {@code Fork} measures in processes of their own. */
package dev.braid.bench;
