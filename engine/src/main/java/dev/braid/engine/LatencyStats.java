package dev.braid.engine;

/**
 * A distribution of times, from samples. Immutable.
 *
 * @param samples the number of samples.
 * @param p50Ns   median, in nanoseconds.
 * @param p99Ns   99th percentile, in nanoseconds.
 * @param p999Ns  99.9th percentile, in nanoseconds.
 * @param maxNs   the largest sample, in nanoseconds.
 */
public record LatencyStats(long samples, long p50Ns, long p99Ns, long p999Ns, long maxNs) {}
