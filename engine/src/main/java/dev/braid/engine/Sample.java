package dev.braid.engine;

/** The times of one record that was chosen to be measured. Goes with its cell. */
final class Sample {
    long taggedNs;
    long begunNs;
    long endedNs;
}
