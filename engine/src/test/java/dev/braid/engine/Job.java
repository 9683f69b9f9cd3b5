package dev.braid.engine;

/** The record of the engine's tests. */
final class Job {
    int subStream;
    int publisher;
    long number;
    long cost;
    long result;

    void set(int subStream, long number, long cost) {
        this.subStream = subStream;
        this.number = number;
        this.cost = cost;
        this.result = 0;
    }
}
