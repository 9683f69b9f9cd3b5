package dev.braid.engine;

import dev.braid.engine.EngineCounters.PerGroup;

/** A handler group at work: the sub-streams that have records waiting, in turn, and what is in flight. */
final class Group<E> {
    static final int NONE = -1;

    final int index;
    final String name;

    private final int inFlightBound;
    private final SubStream<E>[] subStreams;
    private final EngineCounters counters;
    private int readyHead = NONE;
    private int readyTail = NONE;
    private int inFlight;
    private long processed;
    private long failed;

    /** Whether the counters are to be published at the end of the batch. */
    boolean touched;

    /** @param subStreams of all groups, by id. */
    Group(int index, String name, int inFlightBound, SubStream<E>[] subStreams, EngineCounters counters) {
        this.index = index;
        this.name = name;
        this.inFlightBound = inFlightBound;
        this.subStreams = subStreams;
        this.counters = counters;
    }

    boolean isFull() {
        return inFlight >= inFlightBound;
    }

    void tagged() {
        inFlight++;
    }

    void merged(boolean hasFailed) {
        inFlight--;
        if (hasFailed) {
            failed++;
        } else {
            processed++;
        }
    }

    boolean isBacklogged() {
        return readyHead != NONE;
    }

    void addReady(SubStream<E> subStream) {
        subStream.nextReady = NONE;
        if (readyHead == NONE) {
            readyHead = subStream.id;
        } else {
            subStreams[readyTail].nextReady = subStream.id;
        }
        readyTail = subStream.id;
    }

    SubStream<E> takeReady() {
        SubStream<E> subStream = subStreams[readyHead];
        readyHead = subStream.nextReady;
        return subStream;
    }

    void publishCounters() {
        touched = false;
        counters.set(index, PerGroup.PROCESSED, processed);
        counters.set(index, PerGroup.FAILED, failed);
        counters.set(index, PerGroup.IN_FLIGHT, inFlight);
    }
}
