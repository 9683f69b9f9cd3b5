package dev.braid.bench.peer;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * The task of a pipeline: one thread publishes, one handles, and results leave at the end.
 *
 * @param work where journals are written.
 */
public record Setup(Load load, Idle idle, RecordSource source, ResultSink sink, Path work) {
    /**
     * The records.
     *
     * @param subStreams   a power of two.
     * @param skewed       whether the weights of the four groups are 8:4:2:1; otherwise they are equal.
     * @param claim        the number of records that the publisher claims at a time, if the peer can do that.
     * @param payloadBytes {@link #SMALL_PAYLOAD} or a larger multiple of 8.
     * @param handlingNs   that a handler takes for a record besides, where the pipeline is Braid's.
     */
    public record Load(int subStreams, boolean skewed, int claim, int payloadBytes, long handlingNs) {}

    /** The smallest payload, in bytes. */
    public static final int SMALL_PAYLOAD = 64;

    /** Slots of the ring, if there is one. */
    static final int RING_SIZE = 4096;

    /** Limit on the records that wait in all queues together: the number in Braid's ring and its groups. */
    static final int QUEUED = 2 * RING_SIZE;

    /** Records in a round of all groups, if there are rounds. */
    static final int ROUND = 256;

    private static final int MAX_GROUPS = 4;

    /** Makes a record with a payload of {@link #SMALL_PAYLOAD} or a larger multiple of 8. */
    public static BenchRecord newRecord(int payloadBytes) {
        return new BenchRecord((payloadBytes - SMALL_PAYLOAD) / Long.BYTES);
    }

    Setup withSink(ResultSink other) {
        return new Setup(load, idle, source, other, work);
    }

    int subStreams() {
        return load.subStreams;
    }

    int claim() {
        return load.claim;
    }

    BenchRecord newRecord() {
        return newRecord(load.payloadBytes);
    }

    static int subStreamOf(BenchRecord record, int subStreams) {
        return (int) record.key & (subStreams - 1);
    }

    int groups() {
        return Math.min(MAX_GROUPS, subStreams());
    }

    int subStreamsPerGroup() {
        return subStreams() / groups();
    }

    int weight(int group) {
        return load.skewed ? 1 << (groups() - 1 - group) : 1;
    }

    /** Returns the number of records of a round that each sub-stream is due, at least one, for peers that have no groups. */
    int[] quanta() {
        int weights = 0;
        for (int group = 0; group < groups(); group++) {
            weights += weight(group);
        }
        int ofGroup = weights * subStreamsPerGroup();
        int[] quanta = new int[subStreams()];
        Arrays.setAll(quanta, i -> Math.max(1, ROUND * weight(i / subStreamsPerGroup()) / ofGroup));
        return quanta;
    }

    Handler[] handlers() {
        Handler[] handlers = new Handler[subStreams()];
        Arrays.setAll(handlers, i -> new Handler());
        return handlers;
    }
}
