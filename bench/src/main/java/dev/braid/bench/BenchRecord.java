package dev.braid.bench;

/** The record of all benchmarks: 64 bytes with its header. */
final class BenchRecord {
    long key;
    long value;
    long result;
    long filler0;
    long filler1;
    long filler2;
}
