package dev.braid.bench;

import dev.braid.bench.peer.Candidate;
import dev.braid.bench.peer.Setup;

/**
 * A case of the throughput benchmark.
 *
 * @param skewed     whether the weights of the groups are 8:4:2:1; otherwise they are equal.
 * @param handlingNs that a handler takes for a record besides.
 */
record ThroughputCase(
        Candidate candidate, int subStreams, boolean skewed, int claim, int payloadBytes, long handlingNs) {
    private static final int SUB_STREAMS = 8;
    private static final int CLAIM = 16;

    /** Returns the case with the usual settings, of which the others are variations. */
    static ThroughputCase of(Candidate candidate) {
        return of(candidate, SUB_STREAMS);
    }

    static ThroughputCase of(Candidate candidate, int subStreams) {
        return new ThroughputCase(candidate, subStreams, true, CLAIM, Setup.SMALL_PAYLOAD, 0);
    }

    ThroughputCase equalWeights() {
        return new ThroughputCase(candidate, subStreams, false, claim, payloadBytes, handlingNs);
    }

    ThroughputCase claim(int records) {
        return new ThroughputCase(candidate, subStreams, skewed, records, payloadBytes, handlingNs);
    }

    ThroughputCase payload(int bytes) {
        return new ThroughputCase(candidate, subStreams, skewed, claim, bytes, handlingNs);
    }

    ThroughputCase handlingNs(long ns) {
        return new ThroughputCase(candidate, subStreams, skewed, claim, payloadBytes, ns);
    }

    /** Returns the candidate's name, and how this case differs from the usual settings. */
    String name() {
        return candidate.name(subStreams)
                + (skewed ? "" : "-equal")
                + (claim == CLAIM ? "" : "-claim" + claim)
                + (payloadBytes == Setup.SMALL_PAYLOAD ? "" : "-" + payloadBytes + "b")
                + (handlingNs == 0 ? "" : "-" + handlingNs + "ns");
    }
}
