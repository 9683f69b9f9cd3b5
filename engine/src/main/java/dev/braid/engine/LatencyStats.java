package dev.braid.engine;

/**
 * A distribution of times, from samples.
 *
 * @param samples how many were taken.
 * @param p50Ns   median.
 * @param p99Ns   99th percentile.
 * @param p999Ns  99.9th percentile.
 * @param maxNs   the largest sample.
 */
public record LatencyStats(long samples, long p50Ns, long p99Ns, long p999Ns, long maxNs) {}
